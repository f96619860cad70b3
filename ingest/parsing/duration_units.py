"""Words for hours, minutes and seconds, as CLDR prints them in some eighty languages.

Each word stands for one unit, except for three words whose unit follows from the order
of the parts of a duration. Words are case-folded, without full stops, apostrophes and
the Hebrew geresh.
"""

HOURS = """
h hr hrs hour hours heure heures std stdn stunde stunden hora horas ora ore uur uren u
ure godz godzin godzina godziny j jam t tim timar time timer timmar timme tuntia tunti
tund tundi hod hodin hodina hodiny hodín sa óra ó oră č sat sata sati st stunda stundas
stundu val valanda valandos valandų hores ordu oras klst klukkustund klukkustundir awr
orë soat saa stonn stonnen ur ura uri giờ ч час часа часов г год годин година години
сат сата сати сағ сағат ц цаг гадз гадзін гадзіна гадзіны ώ ώρ ώρα ώρεσ ժ ժամ שע שעה
שעות س ساع ساعة ساعات ساعت گھنٹہ گھنٹے घं घंटा घंटे घण्टा ता तास ঘঃ ঘণ্টা ঘন্টা
ਘੰਟਾ ਘੰਟੇ ક કલાક ம மநே மணிநேரம் மணிநேரங்கள் గం గంట గంటలు ಗಂ ಗಂಟೆಗಳು ಗಂಟೆಯು മ
മണിക്കൂർ පැය ชม ชั่วโมง ຊມ ຊົ່ວໂມງ နာရီ სთ საათი ሰዓ ሰዓት ሰዓቶች ម៉ោង 时 小时 小時 時間 시간
"""
MINUTES = """
m min mins minut minuta minute minuten minuter minutes minuti minutit minuto minutos
minuts minutt minutten minutter minutu minuty minutë minutė minutės minučių minuut
minuutti minuuttia minút minúta minúty minūte minūtes minūšu mnt menit minit dk dak
dakika dəq dəqiqə daq daqiqa p perc phút mun munud funud mín mínúta mínútur nóim n м мин
минут минута минути минуты х хв хвилин хвилина хвилини хвілін хвіліна хвіліны λ λεπ
λεπτά λεπτό ր րոպե דק דקה דקות د دق دقيقة دقائق دقیقه منٹ मि मिनट मिनि मिनिट मिनिटे मिनेट
মিঃ মিনিট ਮਿੰਟ મિ મિનિટ நிமி நிமிட நிமிடம் நிமிடங்கள் ని నిమి నిమిషం నిమిషాలు ನಿಮಿ
ನಿಮಿಷಗಳು ನಿಮಿಷವು മി മിനിറ്റ് මි මිනි මිනිත්තු นา นาที ນທ ນາທີ မိနစ် წთ წუთი ደ ደቂ ደቂቃ
ደቂቃዎች នាទី 分 分鐘 分钟 분
"""
SECONDS = """
sec secs second seconds seconde secondes secondi secondo seconden seg segs segundo
segundos segon segons sek sekund sekunda sekunde sekunden sekunder sekundes sekundi
sekundit sekundy sekundė sekundės sekundžių sekunti sekuntia sekunžu sekúnd sekúnda
sekúndur sekonda sekonde sekondes sekondë sekonn sekonnen secunde secundă dtk detik sn
san saniye saniyə son soniya mp másodperc giây soic shoic eil eiliad с c сек секунд
секунда секунде секунди секунды δ δευ δευτ δευτερόλεπτα δευτερόλεπτο վ վրկ վայրկյան שנ
שניה שנייה שניות ث ثا ثانية ثوان ثوانٍ ثانیه سیکنڈ से सेकंड सेकंद सेकेन्ड সেঃ সেকেন্ড ਸਕਿੰਟ
સે સેકંડ வி விநாடி விநாடிகள் సె సెక సెకను సెకన్లు ಸೆಕೆಂ ಸೆಕೆಂಡ್ ಸೆಕೆಂಡುಗಳು സെ
സെക്കൻഡ് ත තත් තත්පර ว วิ วินาที ວິ ວິນາທີ စက္ကန့် წმ წამი ሰከ ሰከንድ ሰከንዶች វិនាទី 秒 秒钟 초
"""
UNITS: dict[str, tuple[int, ...]] = {
    word: (seconds,)
    for seconds, words in ((3600, HOURS), (60, MINUTES), (1, SECONDS))
    for word in words.casefold().split()
}
# s: second or Turkish hour; saat: hour or Malay second; d: Turkish minute or day.
UNITS |= {"s": (1, 3600), "saat": (3600, 1), "d": (60, 86_400)}

# Words that need no number: one or two of a unit, in languages that have a dual.
BARE = {"שעה": 3600, "שעתיים": 7200, "דקה": 60, "שניה": 1, "שנייה": 1}
BARE |= {"ساعة": 3600, "ساعتان": 7200, "ساعتين": 7200, "دقيقة": 60, "دقيقتان": 120}
BARE |= {"دقيقتين": 120, "ثانية": 1, "ثانيتان": 2, "ثانيتين": 2}
TWO = frozenset({"שתי", "שני"})
