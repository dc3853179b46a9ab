package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"nightdesk/feeds"
	"nightdesk/feeds/store"
)

// The benchmarks here run the built program on a terminal of their own and measure from
// outside, as a person at the keys would: from the start, or a key, to the bytes that show
// it. They make their own databases.
//
//	go test ./ui/command -run '^$' -bench 'Start|Keys' -benchtime 20x

// terminal is a program on a pseudo-terminal.
type terminal struct {
	cmd *exec.Cmd
	pty *os.File

	mu    sync.Mutex
	out   []byte
	at    time.Time // of the last byte
	ended bool
	fresh chan struct{}
}

func ioctl(f *os.File, what, arg uintptr) error {
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), what, arg); e != 0 {
		return e
	}
	return nil
}

// runOn starts a program on a terminal of so many columns and rows.
func runOn(tb testing.TB, columns, rows uint16, env []string, name string, args ...string) *terminal {
	tb.Helper()
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		tb.Skip("no pseudo-terminal: ", err)
	}
	var unlock, number int32
	if err := ioctl(pty, syscall.TIOCSPTLCK, uintptr(unsafe.Pointer(&unlock))); err != nil {
		tb.Fatal(err)
	}
	if err := ioctl(pty, syscall.TIOCGPTN, uintptr(unsafe.Pointer(&number))); err != nil {
		tb.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer tty.Close()
	size := [4]uint16{rows, columns}
	if err := ioctl(pty, syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); err != nil {
		tb.Fatal(err)
	}
	t := &terminal{cmd: exec.Command(name, args...), pty: pty, fresh: make(chan struct{}, 1)}
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = tty, tty, tty
	t.cmd.Env = append([]string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}, env...)
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := t.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go t.read()
	return t
}

func (t *terminal) read() {
	buf := make([]byte, 1<<16)
	for {
		n, err := t.pty.Read(buf)
		t.mu.Lock()
		t.out, t.at, t.ended = append(t.out, buf[:n]...), time.Now(), err != nil
		t.mu.Unlock()
		select {
		case t.fresh <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (t *terminal) press(keys string) { _, _ = t.pty.WriteString(keys) }

// until waits for bytes that contain a text ("" for any), forgets what has come and says when
// the last of it came, and how much.
func (t *terminal) until(tb testing.TB, text string) (at time.Time, n int) {
	tb.Helper()
	late := time.After(5 * time.Second)
	for {
		t.mu.Lock()
		if len(t.out) > 0 && bytes.Contains(t.out, []byte(text)) {
			at, n = t.at, len(t.out)
			t.out = t.out[:0]
			t.mu.Unlock()
			return at, n
		}
		out, ended := string(t.out), t.ended
		t.mu.Unlock()
		if ended {
			tb.Fatalf("the program ended before %q: %.2000q", text, out)
		}
		select {
		case <-t.fresh:
		case <-late:
			tb.Fatalf("no %q in 20 s: %.2000q", text, out)
		}
	}
}

// settle waits until nothing has come for a while, and says how much came.
func (t *terminal) settle() int {
	total := 0
	for {
		select {
		case <-t.fresh:
			continue
		case <-time.After(25 * time.Millisecond):
		}
		t.mu.Lock()
		n := len(t.out)
		t.out = t.out[:0]
		t.mu.Unlock()
		if total += n; n == 0 {
			return total
		}
	}
}

func (t *terminal) end() {
	_ = t.cmd.Process.Kill()
	_ = t.cmd.Wait()
	_ = t.pty.Close()
}

// resident is the memory of the program in megabytes, and the processor time that it has taken.
func (t *terminal) resident(tb testing.TB) (mb float64, cpu time.Duration) {
	tb.Helper()
	dir := "/proc/" + strconv.Itoa(t.cmd.Process.Pid)
	status, err := os.ReadFile(dir + "/status")
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	if fields := strings.Fields(rest); len(fields) > 0 {
		kb, _ := strconv.Atoi(fields[0])
		mb = float64(kb) / 1024
	}
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		tb.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return mb, time.Duration(user+system) * 10 * time.Millisecond
}

// built are the programs under measure.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nightdesk-bench-")
	if err != nil {
		return "", err
	}
	for name, pkg := range map[string]string{"nightdesk": "nightdesk", "hello": "../../.ci/hello"} {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, name), pkg)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w: %s", pkg, err, out)
		}
	}
	return dir, nil
})

// home is a folder with a config and a database of so many stories, the newest of which
// are called "Headline 1 …" and upwards.
func home(tb testing.TB, stories int) string {
	tb.Helper()
	dir := tb.TempDir()
	var conf strings.Builder
	var subs []feeds.Subscription
	conf.WriteString("[reader]\nrefresh = false\nimages = \"off\"\ntheme = \"dark\"\n")
	for i := range 48 {
		s := feeds.Subscription{URL: fmt.Sprintf("https://outlet%d.example/feed", i), Title: fmt.Sprint("Outlet ", i), Folder: fmt.Sprint("Folder ", i%6)}
		subs = append(subs, s)
		fmt.Fprintf(&conf, "[[feed]]\nurl = %q\ntitle = %q\nfolder = %q\n", s.URL, s.Title, s.Folder)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(conf.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	db, err := store.Open(filepath.Join(dir, "nightdesk.db"), store.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	if err := db.Subscribe(ctx, subs); err != nil {
		tb.Fatal(err)
	}
	list, err := db.Feeds(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	names := []string{"amazon", "nvidia", "openai", "microsoft", "apple", "intel", "amd", "tsmc", "spotify", "stripe"}
	body := strings.Repeat("<p>The quiet harbour town has counted its fishing boats every spring since the lighthouse was lit, and the number on the board by the pier is smaller each year.</p>\n", 18)
	text := strings.Repeat("The quiet harbour town has counted its fishing boats every spring since the lighthouse was lit. ", 30)
	now := time.Now()
	for from := 0; from < stories; from += 2000 {
		batches := make([]feeds.Batch, len(list))
		for i := range batches {
			batches[i].FeedID = list[i].ID
		}
		for i := from; i < min(from+2000, stories); i++ {
			n := names[i%7%len(names)]
			url := fmt.Sprintf("https://outlet%d.example/story-%d", i%48, i)
			s := feeds.Story{
				GUID: url, URL: url, Title: fmt.Sprintf("Headline %d of the day about %s", i+1, n), Summary: "The number on the board by the pier is smaller each year.",
				Published: now.Add(-time.Duration(i) * 5 * time.Minute), HTML: fmt.Sprintf("<p>Beginning%d</p>\n", i+1) + body, Text: fmt.Sprintf("The quiet harbour town number%d has boats. ", i%997) + text, Words: 500, Lang: "en", Hash: uint64(i + 1),
				Companies: []feeds.Tag{{Slug: n, Name: strings.ToUpper(n[:1]) + n[1:], Score: 0.9}},
			}
			batches[i%48].Stories = append(batches[i%48].Stories, s)
		}
		if _, err := db.SaveStories(ctx, batches); err != nil {
			tb.Fatal(err)
		}
	}
	for left := 1; left > 0; {
		if left, err = db.Index(ctx, 2000); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func median(ds []time.Duration) time.Duration { return quantile(ds, 0.5) }

func quantile(ds []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[min(len(s)-1, int(float64(len(s))*q))]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// startReader starts the program on a home, as if it had never been open there.
func startReader(tb testing.TB, programs, dir string) *terminal {
	tb.Helper()
	db, err := store.Open(filepath.Join(dir, "nightdesk.db"), store.Options{})
	if err == nil {
		err = errors.Join(db.Set(context.Background(), "ui.state", ""), db.Close())
	}
	if err != nil {
		tb.Fatal(err)
	}
	return runOn(tb, 140, 45, []string{"HOME=" + dir}, filepath.Join(programs, "nightdesk"), "--config", filepath.Join(dir, "config.toml"), "--data-dir", dir, "--log", filepath.Join(dir, "log"))
}

// BenchmarkStart is the time from the start to the first list, as a ratio to that of the
// least program with the same libraries, started in turns with it.
func BenchmarkStart(b *testing.B) {
	programs, err := built()
	if err != nil {
		b.Fatal(err)
	}
	for _, stories := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(stories), func(b *testing.B) {
			dir := home(b, stories)
			var ours, theirs []time.Duration
			start := func(marker string, run func() *terminal) time.Duration {
				at := time.Now()
				t := run()
				shown, _ := t.until(b, marker)
				t.end()
				return shown.Sub(at)
			}
			turn := func() {
				theirs = append(theirs, start("hello, world", func() *terminal { return runOn(b, 140, 45, []string{"HOME=" + dir}, filepath.Join(programs, "hello")) }))
				ours = append(ours, start("Headline 1 ", func() *terminal { return startReader(b, programs, dir) }))
			}
			turn() // warms what the system keeps
			ours, theirs = nil, nil
			for b.Loop() {
				turn()
			}
			b.ReportMetric(ms(median(ours)), "ms/list")
			b.ReportMetric(ms(median(theirs)), "ms/hello")
			b.ReportMetric(float64(median(ours))/float64(median(theirs)), "times-hello")
		})
	}
}

// bare is the time from a key to the frame that shows it in the least program.
var bare = func() func(testing.TB, string) time.Duration {
	var once sync.Once
	var floor time.Duration
	return func(tb testing.TB, programs string) time.Duration {
		once.Do(func() {
			t := runOn(tb, 140, 45, nil, filepath.Join(programs, "hello"))
			defer t.end()
			t.until(tb, "hello, world")
			var took []time.Duration
			for i := range 60 {
				t.settle()
				time.Sleep(time.Duration(i*7%10) * time.Millisecond)
				at := time.Now()
				t.press("j")
				shown, _ := t.until(tb, "")
				took = append(took, shown.Sub(at))
			}
			floor = median(took)
		})
		return floor
	}
}()

// BenchmarkKeys is the time from a key to the first bytes of the frame that shows it.
func BenchmarkKeys(b *testing.B) {
	programs, err := built()
	if err != nil {
		b.Fatal(err)
	}
	for _, stories := range []int{1_000, 100_000} {
		dir := home(b, stories)
		for _, tc := range []struct {
			name  string
			setup string
			key   string
			back  string
		}{
			{name: "j", key: "j"},
			{name: "page", key: "\x06", back: "g"},
			{name: "open", key: "\r", back: "q"},
			{name: "back", setup: "\r", key: "q", back: "\r"},
			{name: "company", setup: "camazo", key: "\r", back: "\x1b"},
			{name: "search", setup: "/boar", key: "d", back: "\x7f"},
		} {
			b.Run(fmt.Sprintf("%s/%d", tc.name, stories), func(b *testing.B) {
				t := startReader(b, programs, dir)
				defer t.end()
				t.until(b, "Headline 1 ")
				t.settle()
				t.press("]")
				t.settle()
				for _, k := range tc.setup {
					t.press(string(k))
					t.settle()
				}
				floor := bare(b, programs)
				var took []time.Duration
				size := 0
				for i := 0; b.Loop(); i++ {
					time.Sleep(time.Duration(i*7%10) * time.Millisecond) // or the press meets the painter's tick always at one phase
					at := time.Now()
					t.press(tc.key)
					shown, n := t.until(b, "")
					took = append(took, shown.Sub(at))
					size += n
					t.settle()
					if tc.back != "" {
						t.press(tc.back)
						time.Sleep(60 * time.Millisecond) // a lone escape is waited for
						t.settle()
					}
					if tc.name == "company" {
						for _, k := range tc.setup {
							t.press(string(k))
							t.settle()
						}
					}
				}
				b.ReportMetric(ms(floor), "ms-bare-p50")
				b.ReportMetric(ms(median(took)), "ms-p50")
				b.ReportMetric(ms(quantile(took, 0.99)), "ms-p99")
				b.ReportMetric(float64(size)/float64(len(took)), "bytes/frame")
				mb, _ := t.resident(b)
				b.ReportMetric(mb, "MB")
			})
		}
	}
}
