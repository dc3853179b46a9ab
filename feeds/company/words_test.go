package company

import (
	"testing"

	"nightdesk/feeds"
)

// TestCommonWords: lines with names of companies in them that are about none.
func TestCommonWords(t *testing.T) {
	tagger := New(Embedded())
	for _, title := range []string{
		"Amazon rainforest loses record area", "Meta-analysis finds coffee is fine", "A Meta-Analysis of Studies on Sleep", "Apple pie recipe for autumn", "The best apple orchards",
		"Oracle bones found in China", "Target practice for beginners", "Block of flats burns in Leeds", "Snap election called in Japan", "Visa rules for students change",
		"Nothing is certain about the weather", "Nothing to see here", "Orange juice prices climb", "Shell scripting tips and tricks", "Why the Sequoia trees burn", "Ford Foundation gives grants", "Harrison Ford turns 83",
		"Square roots explained", "Twitch muscle fibres", "Sprint to the finish: Olympic results", "Tesla coil built by student", "Economic Outlook Dims in Europe", "Startup Battlefield is back",
		"Windows of opportunity for peace", "Cisco Kid returns to TV", "Ring of fire eclipse today", "Box office: weekend results", "Zoom lens review", "Notion of justice", "Linear algebra done right", "Clay pots are back",
		"Gemini horoscope for May", "Mercury is in retrograde", "Gong show returns", "Arm wrestling champion crowned", "Intel agencies warn of threat", "US intel says war is near", "Uber cool shoes",
		"Stripe patterns are back in fashion", "Alphabet soup recalled", "Nest boxes for birds", "Bolt of lightning sets barn on fire", "Lime prices rise", "Bird flu spreads", "Circle of friends", "Ripple effects of the strike",
		"Unity government formed in Libya", "Reliance on coal grows", "Sage advice for parents", "Boom in housing", "Steam engine restored", "Wing of the museum reopens", "Fox hunting ban", "Dish of the day",
		"Virgin forests at risk", "Indeed, it was cold", "Rabbit holes of the internet", "Continental breakfast", "Delta variant spreads", "Prime numbers found", "Paramount importance of sleep", "Progress in science",
		"Root vegetables for winter", "Solar flare hits Earth", "Teams qualify for World Cup", "Edge of the universe", "Maps of the ancient world", "Pocket knives for hikers", "The Path to Peace", "How We Lost Focus",
		"A Signal From Deep Space", "The Gap Between Rich and Poor", "Cut Yourself Some Slack", "An Essential Guide to Bread", "Toast of the town", "Wise words of a grandmother", "Line of Duty returns", "Hidden Figures: A Look Back",
		"The Compass Points North", "Seamless Travel Across Borders", "Old Monday Blues", "Rolling Stones Announce Tour", "Echo chambers and politics", "A Canvas of Colour", "The Wave of Strikes",
		"Is This the Golden Age of Television?", "The Quest for Meaning", "Spring Rain and Summer Heat", "Beyond the Sea", "A Lattice of Small Steps", "Sierra Leone votes", "Hurricane Harvey, years after", "Amadeus on stage again",
		"Clean Energy Overtakes Coal", "The Harness and the Horse", "Bears, Wolves and Lynx Return", "Rust on the bridge", "Why Rust Belt Towns Shrink", "Python bites keeper", "Java island hit by quake", "Go fish",
	} {
		for _, tag := range tagger.Tag(&feeds.Story{Title: title}) {
			t.Errorf("%q: tagged %s %.2f", title, tag.Slug, tag.Score)
		}
	}
}
