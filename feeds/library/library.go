// Package library keeps saved articles as plain files that any other program can read:
// a folder an article, named YYYY-MM-DD-slug, with article.md (YAML front matter, then
// Markdown) and its pictures beside it.
//
// It must never write outside its own folder, whatever a title or an address says: all
// paths go through os.Root, which follows no link out of it. It knows neither the store
// nor the network. Start at Library.Write.
package library

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// ArticleFile is the name of the text in an article's folder.
const ArticleFile = "article.md"

// A Library is a folder of saved articles.
type Library struct{ dir string }

// New is the library in dir, which is made when the first article is written.
func New(dir string) *Library { return &Library{dir} }

// Dir is the folder of the library.
func (l *Library) Dir() string { return l.dir }

// open opens the folder as a root that nothing leads out of.
func (l *Library) open() (*os.Root, error) {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of saved articles: %w", err)
	}
	r, err := os.OpenRoot(l.dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of saved articles: %w", err)
	}
	return r, nil
}

// Write keeps an article and its loaded pictures and returns the name of its folder
// within the library. It is whole or not there: everything is written to a hidden folder
// first, synced, and renamed. If name is not empty and that folder holds this article,
// untouched since it was written, it is replaced; a text that a person has edited is
// left alone and ErrEdited returned.
func (l *Library) Write(s *feeds.Story, a *feeds.Article, name string, now time.Time) (string, error) {
	root, err := l.open()
	if err != nil {
		return "", err
	}
	defer root.Close()
	if err := restore(root); err != nil {
		return "", err
	}
	text := Format(s, a, now)
	if name != "" {
		switch edited, err := isEdited(root, name); {
		case err == nil && edited:
			return name, ErrEdited
		case errors.Is(err, fs.ErrNotExist):
			name = "" // moved or removed by a person: written anew
		case err != nil:
			return name, fmt.Errorf("look at the saved article %s: %w", name, err)
		}
	}
	temp := ".writing-" + s.ID
	if err := root.RemoveAll(temp); err != nil {
		return "", fmt.Errorf("clear %s: %w", filepath.Join(l.dir, temp), err)
	}
	if err := root.Mkdir(temp, 0o700); err != nil {
		return "", fmt.Errorf("save %q: %w", s.Title, err)
	}
	defer root.RemoveAll(temp)
	for i := range a.Pictures {
		p := &a.Pictures[i]
		if p.File == "" || len(p.Data) == 0 {
			continue
		}
		if p.File != path.Base(p.File) || strings.ContainsAny(p.File, `/\\`) || p.File[0] == '.' {
			return "", fmt.Errorf("save a picture of %q: %q is no name for it", s.Title, p.File)
		}
		if err := writeSynced(root, path.Join(temp, p.File), p.Data); err != nil {
			return "", fmt.Errorf("save a picture of %q: %w", s.Title, err)
		}
	}
	text = stamp(text)
	if err := writeSynced(root, path.Join(temp, ArticleFile), text); err != nil {
		return "", fmt.Errorf("save %q: %w", s.Title, err)
	}
	if name != "" {
		return name, replace(root, name, temp)
	}
	base := folderName(s, a, now)
	for n := 1; n < 1000; n++ {
		name = base
		if n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		if taken(root, name) {
			if !holds(root, name, s.ID) {
				continue
			}
			// Written before a crash kept the database from hearing of it, or by an
			// earlier database.
			switch edited, err := isEdited(root, name); {
			case err != nil:
				return "", fmt.Errorf("look at the saved article %s: %w", name, err)
			case edited:
				return name, ErrEdited
			}
			return name, replace(root, name, temp)
		}
		if err := root.Rename(temp, name); err != nil {
			return "", fmt.Errorf("save %q as %s: %w", s.Title, name, err)
		}
		return name, nil
	}
	return "", fmt.Errorf("save %q: too many folders are named %s", s.Title, base)
}

// replace puts the folder temp in the place of another.
func replace(root *os.Root, name, temp string) error {
	old := oldPrefix + name
	_ = root.RemoveAll(old)
	if err := root.Rename(name, old); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	if err := root.Rename(temp, name); err != nil {
		return errors.Join(fmt.Errorf("replace %s: %w", name, err), root.Rename(old, name))
	}
	_ = root.RemoveAll(old)
	return nil
}

// holds reports whether a folder holds the article of the story with this id.
func holds(root *os.Root, name, id string) bool {
	st, err := root.Stat(path.Join(name, ArticleFile))
	if err != nil || !st.Mode().IsRegular() || st.Size() > maxText || id == "" {
		return false
	}
	b, err := root.ReadFile(path.Join(name, ArticleFile))
	if err != nil {
		return false
	}
	e, err := Parse(b)
	return err == nil && e.ID == id
}

// oldPrefix begins the name of a folder that is being replaced.
const oldPrefix = ".old-"

// restore puts folders back whose replacement a crash has interrupted: while the new one
// is not in its place the old one is the only copy.
func restore(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return fmt.Errorf("read the folder of saved articles: %w", err)
	}
	defer d.Close()
	es, err := d.ReadDir(-1)
	if err != nil {
		return fmt.Errorf("read the folder of saved articles: %w", err)
	}
	for _, e := range es {
		name, ok := strings.CutPrefix(e.Name(), oldPrefix)
		if !ok || name == "" || !e.IsDir() {
			continue
		}
		if taken(root, name) {
			err = root.RemoveAll(e.Name())
		} else {
			err = root.Rename(e.Name(), name)
		}
		if err != nil {
			return fmt.Errorf("put the saved article %s back: %w", name, err)
		}
	}
	return nil
}

// ErrEdited says that a person has changed the saved text since it was written.
var ErrEdited = errors.New("the saved text was edited by hand and is left as it is")

// taken reports whether something has that name. Names are lower case, so that names
// which differ only in case cannot meet.
func taken(root *os.Root, name string) bool {
	_, err := root.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

func folderName(s *feeds.Story, a *feeds.Article, now time.Time) string {
	day := s.Published
	if day.IsZero() {
		day = a.Published
	}
	if day.IsZero() || day.Year() < 1990 || day.Year() > 2200 {
		day = now
	}
	return day.UTC().Format("2006-01-02") + "-" + plain.FileName(s.Title, 60)
}

func writeSynced(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// The last line of the front matter holds a hash of the text as it was written, so that
// a later edit shows.
const stampKey = "nightdesk: "

func stamp(text []byte) []byte {
	return bytes.Replace(text, []byte(stampKey+"\n"), []byte(stampKey+sum(text)+"\n"), 1)
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:8])
}

func isEdited(root *os.Root, name string) (bool, error) {
	b, err := root.ReadFile(path.Join(name, ArticleFile))
	if err != nil {
		return false, err
	}
	i := bytes.Index(b, []byte("\n"+stampKey))
	if i < 0 {
		return true, nil
	}
	i += 1 + len(stampKey)
	end := bytes.IndexByte(b[i:], '\n')
	if end < 0 {
		return true, nil
	}
	bare := append(append([]byte{}, b[:i]...), b[i+end:]...)
	return sum(bare) != string(b[i:i+end]), nil
}

// Read reads an article back from its folder: Markdown, front matter and the names of
// its pictures, without their data.
func (l *Library) Read(name string) (*Entry, error) {
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of saved articles: %w", err)
	}
	defer root.Close()
	f, err := root.Open(path.Join(name, ArticleFile))
	if err != nil {
		return nil, fmt.Errorf("read the saved article: %w", err)
	}
	defer f.Close()
	var b bytes.Buffer
	if n, err := b.ReadFrom(&limited{f, maxText}); err != nil {
		return nil, fmt.Errorf("read the saved article %s: %w", name, err)
	} else if n >= maxText {
		return nil, fmt.Errorf("the saved article %s is larger than %d MiB", name, maxText>>20)
	}
	e, err := Parse(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("read the saved article %s: %w", name, err)
	}
	e.Folder = name
	return e, nil
}

// maxText bounds a saved text that is read back.
const maxText = 16 << 20

type limited struct {
	f    *os.File
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errEOF
	}
	n, err := l.f.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// Picture reads a picture of a saved article.
func (l *Library) Picture(name, file string) ([]byte, error) {
	if file == "" || strings.ContainsAny(file, `/\`) {
		return nil, fs.ErrInvalid
	}
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if st, err := root.Stat(path.Join(name, file)); err != nil || !st.Mode().IsRegular() || st.Size() > 16<<20 {
		return nil, fmt.Errorf("read a saved picture: %w", cmpErr(err, fs.ErrInvalid))
	}
	return root.ReadFile(path.Join(name, file))
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// Remove lets a saved article go. A folder that is gone already is no error; one whose
// text a person has edited is kept and ErrEdited returned.
func (l *Library) Remove(name string) error {
	if name == "" || name != path.Base(name) || name == "." || name == ".." {
		return nil
	}
	root, err := os.OpenRoot(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	switch edited, err := isEdited(root, name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil: // what cannot be looked at may be a person's
		return fmt.Errorf("look at the saved article %s: %w", name, err)
	case edited:
		return ErrEdited
	}
	if err := root.RemoveAll(name); err != nil {
		return fmt.Errorf("remove %s: %w", filepath.Join(l.dir, name), err)
	}
	return nil
}

// Folders lists the folders that hold an article, hidden ones left out.
func (l *Library) Folders() ([]string, error) {
	if root, err := os.OpenRoot(l.dir); err == nil {
		err = errors.Join(restore(root), root.Close())
		if err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, err
		}
	}
	es, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range es {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, err := os.Stat(filepath.Join(l.dir, e.Name(), ArticleFile)); err == nil {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
