package fetch

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"log/slog"

	"nightdesk/feeds/plain"
)

// catchStandardLog points the standard logger, to which net/http reports servers that
// break the protocol, to l. A logger that itself writes to the standard logger would
// wait for itself for ever: then the lines are dropped.
func catchStandardLog(l *slog.Logger) {
	log.SetFlags(0)
	if fmt.Sprintf("%T", l.Handler()) == "*slog.defaultHandler" {
		log.SetOutput(io.Discard)
		return
	}
	log.SetOutput(logLines{l})
}

type logLines struct{ log *slog.Logger }

func (w logLines) Write(p []byte) (int, error) {
	line := bytes.TrimSpace(p)
	w.log.Debug("net/http", "says", plain.Text(string(line[:min(len(line), 300)])))
	return len(p), nil
}
