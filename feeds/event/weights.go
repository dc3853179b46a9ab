package event

// weights are what the parts of alike count for. They were found by a random search over
// labelled headlines (TestTune) that asks for F1 and for precision in every set, with the
// decay of time held to what a week of news bears, and checked on the happenings left out.
type weights struct {
	// The share of words that an event has not said yet is (once+U0)/(total+U1) of what its
	// accounts say; each such word of a story counts Loss times the logarithm of it.
	U0, U1, Loss float64
	// P(word | event) is (accounts with it + P0) / (accounts + P1).
	P0, P1 float64
	// What a shared word of each sort counts for against a plain one, and the most one counts.
	NameW, FigW, CompW, GainMax float64
	CompLoss                    float64 // a company that the event has not
	GistW                       float64 // a word that is shared with a summary only
	Core                        float64 // a word of most accounts that the story has not
	FigDiff                     float64 // figures on both sides, none of them the same
	KindDiff                    float64 // kinds on both sides, none of them the same
	Feed                        float64 // the outlet has told of the event already
	Gap, Span                   float64 // an hour since the last account; an hour of the event's life
	Size                        float64 // the logarithm of the number of accounts
	One                         float64 // a single word shared with a single account
	// The sum is divided by (words + L0) ^ Norm, or long titles would decide more easily.
	L0, Norm float64
	Join     float64 // the score at which a story joins
	Unite    float64 // the mean score at which two events are one
}

func tuned() weights {
	return weights{
		U0: 3.95, U1: 3.88, Loss: 0.19,
		P0: 0.2, P1: 0.94,
		NameW: 1.6, FigW: 0.68, CompW: 0.36, GainMax: 6.4,
		CompLoss: 0.8, GistW: 0.37, Core: 0.1, FigDiff: 0.38, KindDiff: 6, Feed: 0.78,
		Gap: 0.045, Span: 0.03, Size: 0.69, One: 0.85,
		L0: 0.18, Norm: 0.92,
		Join: 2.25, Unite: 1.57,
	}
}
