package parse

import (
	"strings"
	"sync"
)

// The words of dates. A month's line holds its names and short forms in the languages in
// which feeds have been seen to be dated.
const (
	monthNames = `
jan january januar januari janvier janv enero ene gennaio gen janeiro styczeń stycznia sty leden ledna led január január ianuarie ian ocak oca tammikuu tammikuuta tammi января январь янв січня січень січ ιανουάριος ιανουαρίου ιαν jaanuar siječanj siječnja sij gener gen janúar sausio януари
feb february februar februari février févr fév fevrier fevr febrero febbraio fevereiro fev luty lutego lut únor února úno február februarie şubat şub helmikuu helmikuuta helmi февраля февраль фев февр лютого лютий лют φεβρουάριος φεβρουαρίου φεβ φεβρ veebruar veljača veljače velj febrer vasario февруари
mar march märz maerz mär mrz maart mrt mars marzo março marco marzec marca březen března bře bre március márc március martie mart maaliskuu maaliskuuta maalis марта март мар мрт березня березень бер μάρτιος μαρτίου μάρ μαρ märts ožujak ožujka ožu març kovo
apr april avril avr abril abr aprile kwiecień kwietnia kwi duben dubna dub április ápr aprilie nisan nis huhtikuu huhtikuuta huhti апреля апрель апр квітня квітень кві απρίλιος απριλίου απρ aprill travanj travnja tra apríl balandžio април
may mai mayo maggio mag maio maj maja mei květen května kvě május máj mayıs toukokuu toukokuuta touko мая май травня травень тра μάιος μαΐου μαΐ μάι svibanj svibnja svi maig maí gegužės
jun june juni juin junio giugno giu junho czerwiec czerwca cze červen června čer június jún iunie iun haziran haz kesäkuu kesäkuuta kesä июня июнь июн червня червень чер ιούνιος ιουνίου ιούν ιουν juuni lipanj lipnja lip juny júní birželio юни
jul july juli juillet juil julio luglio lug julho lipiec lipca červenec července čvc július júl iulie iul temmuz tem heinäkuu heinäkuuta heinä июля июль июл липня липень лип ιούλιος ιουλίου ιούλ ιουλ juuli srpanj srpnja srp juliol júlí liepos юли
aug august augustus août aout aoû agosto ago sierpień sierpnia sie srpen srpna augusztus ağustos ağu elokuu elokuuta elo августа август авг серпня серпень сер αύγουστος αυγούστου αύγ αυγ kolovoz kolovoza kol agost ágúst rugpjūčio
sep sept september septembre septiembre setiembre settembre set setembro wrzesień września wrz září zář szeptember szept septembrie eylül eyl syyskuu syyskuuta syys сентября сентябрь сен сент вересня вересень вер σεπτέμβριος σεπτεμβρίου σεπ σεπτ rujan rujna ruj setembre rugsėjo септември
oct october oktober okt octobre octubre ottobre ott outubro out październik października paź październik říjen října říj október octombrie ekim eki lokakuu lokakuuta loka октября октябрь окт жовтня жовтень жов οκτώβριος οκτωβρίου οκτ oktoober octubre spalio октомври
nov november novembre noviembre novembro listopad listopada lis listopadu noiembrie noi kasım kas marraskuu marraskuuta marras ноября ноябрь ноя нояб листопада листопад лис νοέμβριος νοεμβρίου νοέ νοε studeni studenoga stu nóvember lapkričio ноември
dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro grudzień grudnia gru prosinec prosince pro decembrie aralık ara joulukuu joulukuuta joulu декабря декабрь дек грудня грудень гру δεκέμβριος δεκεμβρίου δεκ detsember prosinac prosinca desember des desembre gruodžio декември`

	weekdayNames = `
sun sunday sonntag so dimanche dim domingo dom domenica zondag zo söndag sön søndag niedziela neděle vasárnap pazar sunnuntai воскресенье вс κυριακή κυρ 日 日曜日 星期日 일 일요일
mon monday montag mo lundi lun lunes lunedì maandag ma måndag mån mandag man poniedziałek pondělí hétfő pazartesi maanantai понедельник пн δευτέρα δευ 月曜日 星期一 월요일
tue tuesday tues dienstag di mardi martes martedì dinsdag tisdag tis tirsdag tir wtorek úterý kedd salı tiistai вторник вт τρίτη τρι 火曜日 星期二 화요일
wed wednesday mittwoch mi mercredi mer miércoles mercoledì woensdag wo onsdag ons środa středa szerda çarşamba keskiviikko среда ср τετάρτη τετ 水曜日 星期三 수요일
thu thursday thur thurs donnerstag do jeudi jeu jueves jue giovedì gio donderdag torsdag tor tors czwartek čtvrtek csütörtök perşembe torstai четверг чт πέμπτη πεμ 木曜日 星期四 목요일
fri friday freitag fr vendredi ven viernes vie venerdì vrijdag fredag fre piątek pátek péntek cuma perjantai пятница пт παρασκευή παρ 金曜日 星期五 금요일
sat saturday samstag sa sonnabend samedi sam sábado sáb sabato sab zaterdag za lördag lör lørdag lør sobota szombat cumartesi lauantai суббота сб σάββατο σαβ 土曜日 星期六 토요일`

	// name and minutes east of UTC. Where a name means several zones, the one that feeds mean.
	zoneNames = `z 0 utc 0 gmt 0 ut 0 uct 0 wet 0 zulu 0 west 60 bst 60 ist 330 cet 60 mez 60 met 60 cest 120 mesz 120 mest 120 eet 120 eest 180 msk 180 msd 240 trt 180 sast 120
 est -300 edt -240 cst -360 cdt -300 mst -420 mdt -360 pst -480 pdt -420 akst -540 akdt -480 hst -600 ast -240 adt -180 nst -210 ndt -150 brt -180 art -180 clt -240 et -300 ct -360 mt -420 pt -480
 jst 540 kst 540 hkt 480 sgt 480 myt 480 pht 480 wib 420 ict 420 aest 600 aedt 660 acst 570 acdt 630 awst 480 nzst 720 nzdt 780 pkt 300 npt 345 irst 210`
)

// dateWord is what a word of a date is: 'm'onth, 'd'ay of the week, 'z'one, or half of
// the day 'a' and 'p' (v: hours east of UTC that its language implies).
type dateWord struct {
	kind byte
	v    int
}

var dateWords = sync.OnceValue(func() map[string]dateWord {
	m := make(map[string]dateWord, 700)
	for i, line := range strings.Split(weekdayNames, "\n")[1:] {
		for w := range strings.FieldsSeq(line) {
			m[w] = dateWord{'d', i}
		}
	}
	for i, line := range strings.Split(monthNames, "\n")[1:] {
		for w := range strings.FieldsSeq(line) {
			m[w] = dateWord{'m', i + 1}
		}
	}
	f := strings.Fields(zoneNames)
	for i := 0; i+1 < len(f); i += 2 {
		v, sign := 0, 1
		for _, c := range f[i+1] {
			if c == '-' {
				sign = -1
				continue
			}
			v = v*10 + int(c-'0')
		}
		m[f[i]] = dateWord{'z', sign * v}
	}
	m["am"], m["pm"] = dateWord{'a', 0}, dateWord{'p', 0}
	m["오전"], m["오후"] = dateWord{'a', 9}, dateWord{'p', 9}
	m["午前"], m["午後"] = dateWord{'a', 9}, dateWord{'p', 9}
	m["上午"], m["下午"] = dateWord{'a', 8}, dateWord{'p', 8}
	return m
})

// wordOf says what a word in lower case is; kind is 0 for one that means nothing.
func wordOf(w string) (kind byte, v int) {
	d := dateWords()[w]
	return d.kind, d.v
}
