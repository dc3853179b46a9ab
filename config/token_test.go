package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return "file:" + path
	}
	keyring.MockInit()
	if err := KeepSecret(t.Context(), "https://a.example", "kept"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ url, token, want, fails string }{
		{"", "plain", "plain", ""},
		{"", file("good", " abc\n", 0o600), "abc", ""},
		{"", file("wide", "abc", 0o640), "", "chmod 600"},
		{"", file("empty", "\n", 0o600), "", "is empty"},
		{"", "file:" + dir, "", "is no file"},
		{"", "file:" + dir + "/none", "", "no such file"},
		{"https://a.example", "keyring:", "kept", ""},
		{"https://b.example", "keyring:", "", "sync token https://b.example"},
	} {
		got, err := Sync{URL: c.url, Token: c.token}.Secret(t.Context())
		if got != c.want || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}

func TestSyncIsChecked(t *testing.T) {
	for src, want := range map[string]string{
		"[[sync]]\nkind = \"miniflx\"\nurl = \"https://a.example\"":                                     `x.toml:2:9: the kind of a [[sync]] is one of miniflux, greader, freshrss, not "miniflx"; did you mean miniflux?`,
		"[[sync]]\nkind = \"freshrss\"\nurl = \"a.example\"":                                            "begins with https:// or http://",
		"[[sync]]\nkind = \"freshrss\"":                                                                 "x.toml:1:1",
		"[[sync]]\nurl = \"https://a.example\"":                                                         "x.toml:1:1",
		"[[sync]]\nkind = \"freshrss\"\nurl = \"https://a.example\"\nuser = \"ann\"\ntoken = \"env:X\"": "",
	} {
		c, err := Parse("x.toml", []byte(src), func(string) string { return "value" })
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", src, err)
		}
		if err == nil && (c.Sync[0].Token != "value" || len(c.Warnings) != 0) {
			t.Errorf("%+v, %q", c.Sync, c.Warnings)
		}
	}
}
