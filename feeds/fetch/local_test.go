package fetch

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSplit(t *testing.T) {
	for in, want := range map[string][]string{
		"":                            nil,
		"  ":                          nil,
		"cmd":                         {"cmd"},
		" a  b\tc ":                   {"a", "b", "c"},
		`sh -c 'echo "a b" | tr a b'`: {"sh", "-c", `echo "a b" | tr a b`},
		`a "b c"d 'e'"f" ""`:          {"a", "b cd", "ef", ""},
		`a "x\"y" 'x\y' b\ c \\`:      {"a", `x"y`, `x\y`, "b c", `\`},
		`C:\feeds\get.exe "\d"`:       {`C:\feeds\get.exe`, `\d`},
		"a $HOME `id` ; b && c > d":   {"a", "$HOME", "`id`", ";", "b", "&&", "c", ">", "d"},
	} {
		got, err := Split(in)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Split(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"a 'b", `a "b`, "a\x00b"} {
		if got, err := Split(in); err == nil {
			t.Errorf("Split(%q) = %q", in, got)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`sh -c 'a b' "c\"d" e\ f`)
	f.Fuzz(func(t *testing.T, s string) {
		words, err := Split(s)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'"'"'`)+"'")
		}
		again, err := Split(strings.Join(quoted, " "))
		if err != nil || !reflect.DeepEqual(again, words) {
			t.Errorf("Split(%q) = %q, and quoted again %q, %v", s, words, again, err)
		}
	})
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return "file://" + path
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "my feed 100%.xml")
	if err := os.WriteFile(path, []byte("<rss/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	os.Chtimes(path, old, old)
	c := newClient(t, Options{Limits: Limits{Bytes: 100}})
	u := fileURL(path)
	res := get(t, c, Request{URL: u, Typed: true})
	if string(res.Body) != "<rss/>" || res.ETag == "" || res.Wire != 6 {
		t.Errorf("res = %+v", res)
	}
	if res = get(t, c, Request{URL: u, Typed: true, ETag: res.ETag}); !res.NotModified {
		t.Errorf("again: %+v", res)
	}
	get(t, c, Request{URL: strings.Replace(strings.Replace(u, "file://", "file://localhost", 1), " ", "%20", 1), Typed: true})
	os.WriteFile(path, []byte("<new/>"), 0o600) // same size, a moment ago
	if res = get(t, c, Request{URL: u, Typed: true, ETag: res.ETag}); res.NotModified || string(res.Body) != "<new/>" || res.ETag != "" {
		t.Errorf("changed: %+v", res)
	}
	os.WriteFile(path+".gz", pack(t, "gzip", []byte("<packed/>")), 0o600)
	if res = get(t, c, Request{URL: u + ".gz", Typed: true}); string(res.Body) != "<packed/>" {
		t.Errorf("packed: %q", res.Body)
	}
	os.WriteFile(path, make([]byte, 101), 0o600)
	fails(t, c, Request{URL: u, Typed: true}, TooLarge)
	fails(t, c, Request{URL: u + ".none", Typed: true}, File)
	fails(t, c, Request{URL: fileURL(dir), Typed: true}, File)
	fails(t, c, Request{URL: "file://server/share/x", Typed: true}, File)
	fails(t, c, Request{URL: "file:relative.xml", Typed: true}, File)
	fails(t, c, Request{URL: "file:", Typed: true}, File)
	fails(t, c, Request{URL: u}, Scheme) // not typed
	if runtime.GOOS != "windows" {
		fails(t, c, Request{URL: "file:///dev/zero", Typed: true}, File)
	}
}

func shell(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("no sh")
	}
}

func TestExec(t *testing.T) {
	shell(t)
	c := newClient(t, Options{Limits: Limits{Bytes: 1000}})
	if res := get(t, c, Request{URL: `exec:printf '%s|' "a b" c`, Typed: true}); string(res.Body) != "a b|c|" || res.Status != 200 {
		t.Errorf("res = %+v, body %q", res, res.Body)
	}
	if res := get(t, c, Request{URL: `exec:sh -c 'echo $((1+1)); cat; (: >/dev/tty) 2>/dev/null || echo none'`, Typed: true}); !strings.HasPrefix(string(res.Body), "2\n") || !strings.Contains(string(res.Body), "none") {
		t.Errorf("body %q", res.Body)
	}
	e := fails(t, c, Request{URL: `exec:sh -c 'echo first >&2; printf "last \033[31mred\n\n" >&2; exit 3' --token=hush`, Typed: true}, Exec)
	if s := e.Error(); !strings.Contains(s, "last") || !strings.Contains(s, "3") || strings.Contains(s, "first") || strings.Contains(s, "hush") {
		t.Errorf("error %q", s)
	}
	fails(t, c, Request{URL: "exec:no-such-command-here", Typed: true}, Exec)
	fails(t, c, Request{URL: "exec:", Typed: true}, Exec)
	fails(t, c, Request{URL: "exec:sh 'x", Typed: true}, Exec)
	fails(t, c, Request{URL: "exec:yes", Typed: true}, TooLarge)
	fails(t, c, Request{URL: "exec:true"}, Scheme)
}

// A command that takes too long is ended with everything it has started.
func TestExecTimeout(t *testing.T) {
	shell(t)
	// What is left of it would hold a pipe open.
	path := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", path).Run(); err != nil {
		t.Skip("no mkfifo")
	}
	pipe, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	c := newClient(t, Options{Limits: Limits{Total: 300 * time.Millisecond}})
	e := fails(t, c, Request{URL: fmt.Sprintf("exec:sh -c '(echo up; exec sleep 1000) >%s & wait'", path), Typed: true}, Timeout)
	if !strings.Contains(e.Error(), "300 ms") {
		t.Errorf("error %q", e)
	}
	pipe.SetReadDeadline(time.Now().Add(20 * time.Second))
	b, err := io.ReadAll(pipe)
	if len(b) == 0 && err == nil {
		t.Skip("the machine was too busy to start a shell in time")
	}
	if err != nil {
		t.Errorf("what the command started goes on: %v", err)
	}
}

func TestFilter(t *testing.T) {
	shell(t)
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(304)
			return
		}
		fmt.Fprint(w, strings.Repeat("<rss/>", 50000))
	})
	c := newClient(t, Options{})
	if res := get(t, c, Request{URL: u, Typed: true, Filter: "tr r R"}); string(res.Body) != strings.Repeat("<Rss/>", 50000) {
		t.Errorf("%d bytes", len(res.Body))
	}
	if res := get(t, c, Request{URL: u, Typed: true, Filter: "head -c 6"}); string(res.Body) != "<rss/>" {
		t.Errorf("body %q", res.Body)
	}
	if res := get(t, c, Request{URL: "exec:echo a", Typed: true, Filter: "tr a b"}); string(res.Body) != "b\n" {
		t.Errorf("body %q", res.Body)
	}
	if res := get(t, c, Request{URL: u, Typed: true, Filter: "false", ETag: "x"}); !res.NotModified {
		t.Error("a filter ran for nothing")
	}
	fails(t, c, Request{URL: u, Typed: true, Filter: "sh -c 'exit 1'"}, Exec)
	fails(t, c, Request{URL: u, Filter: "cat"}, Scheme)
}
