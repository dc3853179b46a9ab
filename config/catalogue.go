package config

import "nightdesk/feeds"

// catalogue is the built-in list: folder, title, site, feed.
var catalogue = [...][4]string{
	{"News", "Dexter Nights", "https://dexternights.com/", "https://dexternights.com/category/technology/feed/"},
	{"News", "Ars Technica", "https://arstechnica.com/", "https://feeds.arstechnica.com/arstechnica/index"},
	{"News", "The Verge", "https://www.theverge.com/", "https://www.theverge.com/rss/index.xml"},
	{"News", "TechCrunch", "https://techcrunch.com/", "https://techcrunch.com/feed/"},
	{"News", "The Register", "https://www.theregister.com/", "https://www.theregister.com/headlines.atom"},
	{"News", "Wired", "https://www.wired.com/", "https://www.wired.com/feed/rss"},
	{"News", "Engadget", "https://www.engadget.com/", "https://www.engadget.com/rss.xml"},
	{"News", "404 Media", "https://www.404media.co/", "https://www.404media.co/rss/"},
	{"News", "Rest of World", "https://restofworld.org/", "https://restofworld.org/feed/latest/"},
	{"News", "heise online", "https://www.heise.de/", "https://www.heise.de/rss/heise-atom.xml"},
	{"Business", "Stratechery", "https://stratechery.com/", "https://stratechery.com/feed/"},
	{"Business", "CNBC Technology", "https://www.cnbc.com/technology/", "https://www.cnbc.com/id/19854910/device/rss/rss.html"},
	{"Business", "Crunchbase News", "https://news.crunchbase.com/", "https://news.crunchbase.com/feed/"},
	{"Business", "GeekWire", "https://www.geekwire.com/", "https://www.geekwire.com/feed/"},
	{"Business", "Sifted", "https://sifted.eu/", "https://sifted.eu/feed"},
	{"Business", "Techmeme", "https://www.techmeme.com/", "https://www.techmeme.com/feed.xml"},
	{"Hardware", "Tom’s Hardware", "https://www.tomshardware.com/", "https://www.tomshardware.com/feeds/all"},
	{"Hardware", "ServeTheHome", "https://www.servethehome.com/", "https://www.servethehome.com/feed/"},
	{"Hardware", "Chips and Cheese", "https://chipsandcheese.com/", "https://chipsandcheese.com/feed"},
	{"Hardware", "IEEE Spectrum", "https://spectrum.ieee.org/", "https://spectrum.ieee.org/feeds/feed.rss"},
	{"Hardware", "Phoronix", "https://www.phoronix.com/", "https://www.phoronix.com/rss.php"},
	{"Security", "Krebs on Security", "https://krebsonsecurity.com/", "https://krebsonsecurity.com/feed/"},
	{"Security", "BleepingComputer", "https://www.bleepingcomputer.com/", "https://www.bleepingcomputer.com/feed/"},
	{"Security", "The Record", "https://therecord.media/", "https://therecord.media/feed"},
	{"Security", "Schneier on Security", "https://www.schneier.com/", "https://www.schneier.com/feed/atom/"},
	{"Security", "Dark Reading", "https://www.darkreading.com/", "https://www.darkreading.com/rss.xml"},
	{"AI", "MIT Technology Review", "https://www.technologyreview.com/", "https://www.technologyreview.com/feed/"},
	{"AI", "Import AI", "https://importai.substack.com/", "https://importai.substack.com/feed"},
	{"AI", "Simon Willison", "https://simonwillison.net/", "https://simonwillison.net/atom/everything/"},
	{"AI", "Hugging Face", "https://huggingface.co/blog", "https://huggingface.co/blog/feed.xml"},
	{"AI", "Google DeepMind", "https://deepmind.google/", "https://deepmind.google/blog/rss.xml"},
	{"Newsrooms", "OpenAI", "https://openai.com/news/", "https://openai.com/news/rss.xml"},
	{"Newsrooms", "NVIDIA", "https://blogs.nvidia.com/", "https://blogs.nvidia.com/feed/"},
	{"Newsrooms", "Google", "https://blog.google/", "https://blog.google/rss/"},
	{"Newsrooms", "Microsoft", "https://blogs.microsoft.com/", "https://blogs.microsoft.com/feed/"},
	{"Newsrooms", "AWS News", "https://aws.amazon.com/blogs/aws/", "https://aws.amazon.com/blogs/aws/feed/"},
	{"Newsrooms", "Apple", "https://www.apple.com/newsroom/", "https://www.apple.com/newsroom/rss-feed.rss"},
	{"Newsrooms", "Meta Engineering", "https://engineering.fb.com/", "https://engineering.fb.com/feed/"},
	{"Newsrooms", "Cloudflare", "https://blog.cloudflare.com/", "https://blog.cloudflare.com/rss/"},
	{"Communities", "Hacker News", "https://news.ycombinator.com/", "https://news.ycombinator.com/rss"},
	{"Communities", "Lobsters", "https://lobste.rs/", "https://lobste.rs/rss"},
	{"Communities", "Slashdot", "https://slashdot.org/", "https://rss.slashdot.org/Slashdot/slashdotMain"},
}

// Catalogue is the built-in list of feeds of the tech industry.
func Catalogue() []feeds.Subscription {
	out := make([]feeds.Subscription, len(catalogue))
	for i, c := range catalogue {
		out[i] = feeds.Subscription{Folder: c[0], Title: c[1], Site: c[2], URL: c[3], Builtin: true}
	}
	return out
}

// Builtin reports whether a feed is of the catalogue.
func Builtin(url string) bool {
	for _, c := range catalogue {
		if c[3] == url {
			return true
		}
	}
	return false
}
