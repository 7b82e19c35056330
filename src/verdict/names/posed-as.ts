/**
 * Firms that scammers pose as: banks, payment, technology, parcels, utilities, telephone. One word each, without spaces,
 * with accents. Other people may suggest their true names; only they may use them for themselves.
 */
export const FIRMS = (
  "paypal amazon aws amazonprime microsoft windows apple icloud google gmail youtube facebook meta whatsapp instagram tiktok telegram netflix spotify disneyplus ebay alibaba aliexpress walmart costco bestbuy geeksquad venmo zelle cashapp stripe coinbase binance kraken cryptocom metamask ledger bitcoin robinhood etrade fidelity vanguard charlesschwab " +
  "chase jpmorganchase jpmorgan citibank citi wellsfargo bankofamerica bofa capitalone usbank pncbank pnc truist tdbank discovercard synchrony navyfederal usaa suntrust fifththird regionsbank keybank citizensbank rbc scotiabank bmo cibc " +
  "hsbc barclays lloyds lloydsbank natwest santander nationwide monzo starlingbank tsb royalbankofscotland rbs commbank commonwealthbank westpac anz nab bbva caixabank lacaixa bankia bancosabadell sabadell bankinter unicaja ingdirect kutxabank bancoestado bancolombia banorte banamex citibanamex davivienda bancoazteca bcp interbank bancodechile " +
  "sparkasse commerzbank deutschebank postbank volksbank raiffeisen raiffeisenbank raiffeisenbanken hypovereinsbank dkb comdirect consorsbank targobank ing ingdiba erstebank bankaustria ubs creditsuisse postfinance abnamro rabobank snsbank asnbank bunq kbc belfius bnpparibasfortis unicredit intesasanpaolo intesa posteitaliane bancoposte postepay fineco mediolanum bancobpm mps " +
  "bnpparibas bnp sociétégénérale créditagricole créditmutuel créditlyonnais lcl labanquepostale banquepostale caissedépargne banquepopulaire boursorama itaú bradesco nubank bancodobrasil caixaeconômica caixaeconômicafederal millenniumbcp novobanco montepio bancobpi cgd caixageraldedepósitos " +
  "sberbank сбербанк сбер тинькофф тбанк втб альфабанк газпромбанк россельхозбанк почтабанк pkobp mbank pekao ingbank garanti garantibbva akbank swedbank nordea dnb danskebank handelsbanken otpbank vietcombank τραπεζαπειραιως בנקהפועלים yapıkredi işbankası ziraat ziraatbankası halkbank vakıfbank " +
  "sbi statebankofindia hdfc hdfcbank icici icicibank axisbank kotak kotakmahindra pnbindia punjabnationalbank bankofbaroda canarabank paytm phonepe gpay googlepay razorpay bajajfinserv lic alrajhi alrajhibank snb alahli مصرفالراجحي الراجحي البنكالأهلي بنكمصر emiratesnbd adcb qnb dbs ocbc uob maybank bca mandiri bdo bpi gcash " +
  "中国银行 工商银行 建设银行 农业银行 招商银行 支付宝 微信支付 京东 三菱ufj銀行 みずほ銀行 三井住友銀行 ゆうちょ銀行 楽天銀行 国民은행 국민은행 신한은행 우리은행 하나은행 농협은행 카카오뱅크 토스 " +
  "visa mastercard americanexpress amex westernunion moneygram klarna revolut n26 wise transferwise afterpay experian equifax transunion schufa " +
  "ups usps fedex dhl dpd hermes hermès evri gls royalmail deutschepost laposte chronopost colissimo correos seur mrw postnl bpost ctt correios sda brt postaitaliana canadapost auspost australiapost indiapost bluedart почтароссии cainiao ontrac lasership " +
  "verizon tmobile sprint comcast xfinity spectrum centurylink vodafone telekom deutschetelekom o2 orange sfr bouygues movistar telefónica yoigo claro telcel windtre iliad kpn ziggo bt ee virginmedia bellcanada telus jio airtel reliancejio mtn mts megafon мтс мегафон билайн stc etisalat " +
  "pge pgande conedison coned dukeenergy comed nationalgrid britishgas edf edfenergy engie eon octopusenergy iberdrola endesa naturgy enel enelenergia eni totalenergies vattenfall rwe enbw eneco essent cfe " +
  "anydesk teamviewer norton mcafee kaspersky avast avg lifelock dell hp lenovo adobe dropbox docusign linkedin twitter snapchat uber lyft doordash airbnb bookingcom expedia ticketmaster publishersclearinghouse medicareadvantage"
).split(" ");

/** The service itself. */
export const SERVICE = "konnections";

/**
 * National authorities that scammers pose as. Their names come from datasets and owners, and the crowd cannot give them to
 * a number. Local offices ("Springfield Police") are not included. Phrases, separated by commas.
 */
export const AUTHORITIES =
  "nypd,skatteverket,skattestyrelsen,skatteetaten,verohallinto,vergi dairesi,налоговая инспекция,фнс,фнс россии,ααδε,רשות המסים,משטרת ישראל,cuc thue,bo cong an,direktorat jenderal pajak,service des impots,securite sociale,telecom regulatory authority,सुप्रीम कोर्ट," +
  "irs,internal revenue,internal revenue service,social security,social security administration,ssa,us treasury,treasury department,department of justice,homeland security,department of homeland security," +
  "fbi,federal bureau of investigation,cia,dea agent,dea office,us customs,customs and border protection,cbp,us immigration,uscis,medicare,medicaid,federal trade commission,ftc,fcc,federal communications commission,federal reserve,white house,us marshals,us marshals service,student aid,department of education loans,secret service,us district court,us government,federal government," +
  "hmrc,hm revenue customs,home office,national crime agency,action fraud,scotland yard,metropolitan police,dvla,dwp,canada revenue agency,cra,service canada,rcmp,cbsa,australian taxation office,ato,mygov,centrelink,services australia,inland revenue," +
  "interpol,europol,bundeskriminalamt,bka,bundespolizei,bundeszentralamt steuern,bundesagentur arbeit,bundesfinanzministerium,bafin,verfassungsschutz,zollfahndung,bundesnetzagentur,generalbundesanwalt," +
  "agencia tributaria,policia nacional,guardia civil,banco espana,dgt,seguridad social,tesoreria general seguridad social,hacienda publica,fiscalia general,imss,infonavit,afip,anses,sunat," +
  "dgfip,direction generale finances publiques,impots gouv,police nationale,gendarmerie nationale,assurance maladie,caf,caisse allocations familiales,urssaf,france travail,antai,banque france," +
  "agenzia entrate,polizia stato,guardia finanza,polizia postale,carabinieri,inps,equitalia,agenzia entrate riscossione,banca italia,belastingdienst,digid,uwv,svb,cjib,politie nederland,fod financien,receita federal,policia federal,banco central,inss,autoridade tributaria,policia judiciaria,seguranca social,gnr," +
  "цб рф,цб,служба безопасности банка,служба безопасности сбербанка,сбербанк служба безопасности,центральныи банк,центробанк,банк россии,фсб,мвд,мвд россии,следственныи комитет,прокуратура,генеральная прокуратура,фнс,госуслуги,пенсионныи фонд,роскомнадзор,росфинмониторинг,полиция россии,служба безопасности," +
  "urzad skarbowy,zus,policja krajowa,cbsp,emniyet genel mudurlugu,emniyet mudurlugu,maliye bakanligi,gelir idaresi,sgk,savcilik,jandarma genel komutanligi," +
  "reserve bank india,reserve bank of india,rbi,income tax department,income tax india,cbi,central bureau investigation,trai,uidai,aadhaar,enforcement directorate,narcotics control bureau,cyber crime branch,delhi police cyber cell,भारतीय रिजर्व बैंक,आयकर विभाग,सीबीआई,साइबर क्राइम,साइबर सेल," +
  "income tax department india,national crime records,serious fraud office,europol agent,fbi agent,us marshal,border force,uk visas immigration,hm courts,citizens advice fraud,serious organised crime,australian federal police,afp officer,police scotland,garda siochana,revenue commissioners," +
  "bundesministerium finanzen,bundesministerium innern,bundesverfassungsschutz,bundesnachrichtendienst,bundesbank,deutsche bundesbank,rentenversicherung bund,bundesdruckerei,bundesamt sicherheit informationstechnik,bundeskartellamt,hauptzollamt,generalzolldirektion,landeskriminalamt," +
  "ministerio interior,ministerio hacienda,ministerio justicia,audiencia nacional,servicio impuestos internos,sat mexico,policia federal mexico,migracion colombia,condusef,cnbv,cuerpo nacional policia,mossos esquadra,ertzaintza," +
  "ministere interieur,ministere finances,ministere justice,banque centrale europeenne,tresor public,douanes francaises,police judiciaire,anssi,cybermalveillance,cpf compte formation," +
  "ministero interno,ministero finanze,guardia di finanza,procura repubblica,banca d italia,ministero giustizia,agenzia dogane,ministerio fazenda,ministerio publico,banco central brasil,supremo tribunal federal,banco de portugal,autoridade tributaria aduaneira," +
  "nationale politie,openbaar ministerie,de nederlandsche bank,rijksoverheid,fiod,ministerie financien,douane nederland,sociale verzekeringsbank,centraal justitieel incassobureau," +
  "министерство внутренних дел,федеральная служба безопасности,федеральная налоговая служба,федеральная налоговая,налоговая служба,прокуратура рф,банк россии служба,служба безопасности банка россии,уголовныи розыск,ск рф,судебные приставы,фссп,сфр,социальныи фонд,мошенничество мвд," +
  "ministerstwo finansow,komenda glowna policji,narodowy bank polski,krajowa administracja skarbowa,cumhuriyet savciligi,cumhuriyet bassavciligi,icisleri bakanligi,merkez bankasi,bddk,siber suclar," +
  "आयकर विभाग भारत,केंद्रीय जांच ब्यूरो,प्रवर्तन निदेशालय,दिल्ली पुलिस,मुंबई पुलिस,साइबर पुलिस,नारकोटिक्स कंट्रोल ब्यूरो,भारत सरकार,गृह मंत्रालय,वित्त मंत्रालय,यूआईडीएआई,भारतीय दूरसंचार,सीमा शुल्क,कस्टम विभाग," +
  "شرطة دبي,شرطة ابوظبي,الأمن الوطني,أمن الدولة,المباحث,مباحث الانترنت,المباحث العامة,الجوازات,مصرف مركزي,المصرف المركزي,البنك المركزي السعودي,البنك المركزي المصري,وزارة المالية,وزارة الصحة,الهيئة الاتحادية للهوية,الديوان الملكي,المخابرات العامة," +
  "وزارة الداخلية,البنك المركزي,النيابة العامة,الأمن العام,مصلحة الضرائب,أبشر,الشرطة,وزارة العدل,ديوان المظالم";

/** The same in scripts without spaces: refused anywhere in a name. */
export const AUTHORITIES_UNSPACED =
  "中国海关 กรมศุลกากร 年金事務所 公安局 公安部 公安廳 公安机关 刑警 刑警队 网警 经侦 检察机关 最高法 银监会 证监会 银保监会 人民银行 中国人民银行 外汇管理局 移民局 出入境管理局 市场监管局 消保委 国安局 国家安全部 社會局 內政部 金管會 調查站 地檢署 地方法院 税关 税関 国税局 警察本部 サイバー犯罪 国民生活センター 厚生労働省 検察 法務省 市役所還付 보이스피싱수사대 수사대 검찰 검사실 사이버수사 한국은행 금융위원회 법무부 행정안전부 กสทช ดีเอสไอ ศาลอาญา สรรพากร ตำรวจสอบสวนกลาง สอบสวนกลาง ธปท ปปส 公安厅 派出所 检察院 檢察院 人民法院 法院 国家税务总局 税务局 社保局 海关总署 银保监 反诈中心 廉政公署 入境事務處 警政署 刑事局 調查局 健保局 國稅局 警視庁 警察庁 警察署 国税庁 税務署 検察庁 裁判所 年金機構 金融庁 総務省 入管 검찰청 경찰청 경찰서 금융감독원 금감원 국세청 법원 관세청 건강보험공단 국민연금공단 출입국 กรมสรรพากร สำนักงานตำรวจ ตำรวจไซเบอร์ กรมสอบสวนคดีพิเศษ ธนาคารแห่งประเทศไทย ปปง".split(
    " ",
  );

/** Words for local authorities, allowed for one's own number only with a dataset. Folded; at the end of a name or before `OFFICE_WORDS`. */
export const LOCAL_AUTHORITIES =
  "polisen politiet policie polri rechtbank mahkeme alfandega celnice таможня الجمارك المحكمة police policia policias polizei polizia politie policja polisi policie politia rendorseg αστυνομια полиция полиции милиция полиц شرطة الشرطة पुलिस sheriffs constabulary gendarmerie carabinieri finanzamt zollamt zoll hacienda belastingdienst customs immigration prosecutor prosecutors staatsanwaltschaft staatsanwalt fiscalia procura procuraduria amtsgericht landgericht tribunal juzgado налоговая прокуратура суд government gobierno gouvernement regierung governo ministry ministerio ministere ministerium ministero министерство وزارة मंत्रालय".split(
    " ",
  );
