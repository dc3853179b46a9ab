package desk

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/library"
)

// TestMain is the child of TestKilledSaves where the environment says so: it works
// through the save queue.
func TestMain(m *testing.M) {
	dir := os.Getenv("NIGHTDESK_SAVE_CHILD")
	if dir == "" {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	d, err := Open(ctx, saver(dir, os.Getenv("NIGHTDESK_SAVE_FEED")))
	if err == nil {
		fmt.Println("ready")
		_, _, err = d.SaveQueued(ctx)
	}
	if err == nil {
		err = d.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func saver(dir, feed string) Options {
	return Options{Database: filepath.Join(dir, "nightdesk.db"), SavedDir: filepath.Join(dir, "saved"), Subscriptions: []feeds.Subscription{{URL: feed}}}
}

// TestKilledSaves saves 200 stories with pictures in a process that is killed twenty
// times: after each, what is marked as kept is whole on disk and no folder is half
// written; the queue finishes at last, with one folder a story, and all of it can be read
// with the server gone.
func TestKilledSaves(t *testing.T) {
	const stories, kills = 200, 20
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".png") {
			_, _ = w.Write(picture.Bytes())
			return
		}
		fmt.Fprint(w, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Gazette</title>`)
		for i := range stories {
			fmt.Fprintf(w, `<item><title>Story %d of many</title><guid>g%d</guid><link>http://%s/s/%d</link><pubDate>%s</pubDate><content:encoded><![CDATA[<p>This is number %d. %s</p><p><img src="/%d.png"></p><p>%s</p>]]></content:encoded></item>`,
				i/2, i, r.Host, i, time.Date(2026, 5, 1, 0, i, 0, 0, time.UTC).Format(time.RFC1123Z), i, strings.Repeat("A sentence of an article is as long as this one. ", 9), i, strings.Repeat("More of it follows. ", 30))
		}
		fmt.Fprint(w, "</channel></rss>")
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	feed := server.URL + "/feed"
	look := func(f func(d *Desk)) {
		d, err := Open(t.Context(), saver(dir, feed))
		if err != nil {
			t.Fatal(err)
		}
		f(d)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	look(func(d *Desk) {
		if sum, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil || sum.New != stories {
			t.Fatalf("refresh: %+v, %v", sum, err)
		}
		for _, s := range list(t, d, "") {
			ids = append(ids, s.ID)
		}
		if err := d.Store().Queue(t.Context(), ids); err != nil {
			t.Fatal(err)
		}
	})
	kept := func(d *Desk) int {
		n := 0
		for _, id := range ids {
			s, err := d.Story(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if s.Mark.Saved != feeds.Kept {
				continue
			}
			n++
			a, folder, err := d.Store().ArticleOf(t.Context(), id)
			if err != nil {
				t.Fatalf("%s is marked as kept: %v", id, err)
			}
			e, err := d.lib.Read(folder)
			if err != nil || e.ID != id || !strings.Contains(e.Article.Markdown, "More of it follows.") {
				t.Fatalf("%s is marked as kept in %q: %+v, %v", id, folder, e, err)
			}
			if len(a.Pictures) != 1 {
				t.Fatalf("%s has %d pictures", id, len(a.Pictures))
			}
			if b, err := d.lib.Picture(folder, a.Pictures[0].File); err != nil || !bytes.Equal(b, picture.Bytes()) {
				t.Fatalf("the picture of %s: %v", id, err)
			}
		}
		return n
	}
	whole := func(d *Desk) int {
		es, err := os.ReadDir(d.SavedDir())
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		n := 0
		for _, e := range es {
			if strings.HasPrefix(e.Name(), ".") {
				continue
			}
			n++
			if _, err := d.lib.Read(e.Name()); err != nil {
				t.Fatalf("half written: %v", err)
			}
		}
		return n
	}
	child := func(kill time.Duration) error {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "NIGHTDESK_SAVE_CHILD="+dir, "NIGHTDESK_SAVE_FEED="+feed)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Error(err)
		}
		if kill > 0 {
			timer := time.AfterFunc(kill, func() { _ = c.Process.Kill() })
			defer timer.Stop()
		}
		return c.Wait()
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range kills {
		_ = child(time.Duration(1+r.IntN(60_000)) * time.Microsecond) // killed, or done before it was
		look(func(d *Desk) { kept(d); whole(d) })
	}
	look(func(d *Desk) { t.Logf("%d of %d are kept after %d kills", kept(d), stories, kills) })
	if err := child(0); err != nil {
		t.Fatalf("the queue after a restart: %v", err)
	}
	server.Close()
	look(func(d *Desk) {
		if n := kept(d); n != stories {
			t.Errorf("%d of %d are kept", n, stories)
		}
		if n := whole(d); n != stories {
			t.Errorf("%d folders for %d stories", n, stories)
		}
		if _, a, err := d.Best(t.Context(), ids[0]); err != nil || !strings.Contains(a.Markdown, "More of it follows.") {
			t.Errorf("read without the server: %v", err)
		}
		if _, err := os.Stat(filepath.Join(d.SavedDir(), library.ArticleFile)); err == nil {
			t.Error("an article lies beside the folders")
		}
	})
}
