package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

func (a *app) theme() *cobra.Command {
	return &cobra.Command{
		Use:   "theme [NAME]",
		Short: "Show the themes: dark, light, contrast, and those of the config",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.load(); err != nil {
				return err
			}
			themes, err := a.themes()
			if err != nil {
				return err
			}
			var names []string
			shown := 0
			for _, t := range themes {
				names = append(names, t.Name)
				if len(args) > 0 && t.Name != args[0] {
					continue
				}
				if shown++; shown > 1 {
					fmt.Fprintln(a.Stdout)
				}
				text := strings.Join(t.Preview(a.width()), "\n")
				if !a.styled() {
					text = ansi.Strip(text)
				}
				if _, err := io.WriteString(a.Stdout, t.Name+"\n\n"+text+"\n"); err != nil {
					return err
				}
			}
			if shown == 0 {
				return usage("no theme %q; there are %s", args[0], strings.Join(names, ", "))
			}
			return nil
		},
	}
}
