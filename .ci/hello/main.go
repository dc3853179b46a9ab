// Hello is the least program that links what nightdesk links. The reader's start is
// measured against it (BenchmarkStart in ui/command).
package main

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
	"charm.land/glamour/v2"
	"codeberg.org/readeck/go-readability/v2"
	htmltomarkdown "github.com/JohannesKaufmann/html-to-markdown/v2"
	"github.com/mmcdole/gofeed"
	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"
	_ "modernc.org/sqlite"
)

type hello struct{ keys int }

func (hello) Init() tea.Cmd { return nil }

func (h hello) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if k.String() == "q" {
			return h, tea.Quit
		}
		h.keys++
	}
	return h, nil
}

func (h hello) View() tea.View {
	v := tea.NewView(fmt.Sprint("hello, world ", h.keys))
	v.AltScreen = true
	return v
}

func main() {
	if len(os.Args) > 1 { // never: it keeps the libraries from being left out
		fmt.Println(glamour.Render("#", "dark"))
		fmt.Println(gofeed.NewParser(), cobra.Command{}, toml.Unmarshal(nil, nil))
		fmt.Println(htmltomarkdown.ConvertString(""))
		fmt.Println(readability.NewParser())
	}
	if _, err := tea.NewProgram(hello{}, tea.WithFPS(120)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
