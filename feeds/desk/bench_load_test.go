package desk

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"nightdesk/feeds/fetch/fetchtest"
)

// BenchmarkLoad is a whole refresh (fetch, parse, companies, store, events) in a process
// of its own, of feeds of 50 items of 4 KB served gzipped with validators. It reports
// three refreshes as ratios to floors measured in the same run: the first to gofeed's own
// time over the same bytes on all cores; one where nothing is new, and one where a
// twentieth of the feeds is, to the bare concurrent requests. MiB is the process' peak.
//
//	go test ./feeds/desk -run '^$' -bench Load -benchtime 1x
func BenchmarkLoad(b *testing.B) {
	for _, o := range []fetchtest.Options{
		{Feeds: 500, Changed: 0.05},
		{Feeds: 500, Changed: 0.05, Latency: 50 * time.Millisecond},
		{Feeds: 2000, Changed: 0.05},
	} {
		b.Run(fmt.Sprintf("%d/%v", o.Feeds, o.Latency), func(b *testing.B) {
			s := fetchtest.New(o)
			defer s.Close()
			s.Warm()
			var parsing, first, old, some, bareFirst, bareOld, peak float64
			for range b.N {
				parsing += gofeedAlone(s)
				bare := startLoad(b, "bare", s)
				bareFirst += bare.step("first")
				bareOld += bare.step("unchanged")
				bare.end()
				ours := startLoad(b, "refresh", s)
				first += ours.step("first")
				old += ours.step("unchanged")
				s.Next()
				s.Warm()
				some += ours.step("changed")
				peak = max(peak, ours.step("peak"))
				ours.end()
			}
			n := float64(b.N)
			b.ReportMetric(parsing/n, "ms-gofeed")
			b.ReportMetric(bareFirst/n, "ms-bare-bodies")
			b.ReportMetric(first/n, "ms-first")
			b.ReportMetric(first/parsing, "first/gofeed")
			b.ReportMetric(bareOld/n, "ms-bare")
			b.ReportMetric(old/n, "ms-304")
			b.ReportMetric(old/bareOld, "304/bare")
			b.ReportMetric(some/n, "ms-5%")
			b.ReportMetric(some/bareOld, "5%/bare")
			b.ReportMetric(peak, "MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// gofeedAlone is how many milliseconds gofeed takes for every document on all cores.
// The documents are made a hundred at a time, so that they need not all be in memory.
func gofeedAlone(s *fetchtest.Server) float64 {
	var took time.Duration
	for from := 0; from < s.Len(); from += 100 {
		var docs [][]byte
		for i := from; i < min(from+100, s.Len()); i++ {
			docs = append(docs, s.Document(i, 0))
		}
		begun := time.Now()
		fetchtest.Each(len(docs), runtime.GOMAXPROCS(0), func(i int) {
			if _, err := gofeed.NewParser().Parse(bytes.NewReader(docs[i])); err != nil {
				panic(err) // our own document
			}
		})
		took += time.Since(begun)
	}
	return float64(took) / float64(time.Millisecond)
}

// load is a child process that does one step for each line it is sent.
type load struct {
	b   *testing.B
	cmd *exec.Cmd
	in  io.WriteCloser
	all io.Reader
	out *bufio.Scanner
}

func startLoad(b *testing.B, mode string, s *fetchtest.Server) *load {
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run", "^TestLoadChild$", "-test.v")
	cmd.Env = append(os.Environ(), "NIGHTDESK_LOAD_CHILD="+mode, "NIGHTDESK_LOAD_DIR="+b.TempDir())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for i := range s.Len() {
		fmt.Fprintln(in, s.URL(i))
	}
	fmt.Fprintln(in)
	return &load{b, cmd, in, out, bufio.NewScanner(out)}
}

// step has the child do a step and returns the number that it answers.
func (l *load) step(name string) float64 {
	fmt.Fprintln(l.in, name)
	for l.out.Scan() {
		if rest, ok := strings.CutPrefix(l.out.Text(), "load: "); ok {
			x, err := strconv.ParseFloat(rest, 64)
			if err != nil {
				l.b.Fatal(rest)
			}
			return x
		}
	}
	l.b.Fatalf("the process ended during %q", name)
	return 0
}

func (l *load) end() {
	_ = l.in.Close()
	if _, err := io.Copy(io.Discard, l.all); err != nil {
		l.b.Log(err)
	}
	_ = l.cmd.Wait()
}
