/**
 * What the packages' lists have and a name may hold: names of people, places and firms, and words of everyday, of
 * medicine or of another language. Whoever adds a language runs `npm run names` on names of it first. By language, as
 * the packages spell them; parted by commas.
 */
export const EVERYDAY =
  "ass,bareback,barenaked,bastinado,bbw,bimbo,bimbos,big black,boner,bullet vibe,butt,cock,cocks,cornhole,coon,coons,cum,cumming,dick,domination,ecchi,escort,fag,fecal,felch,girl on,girl on top,guro,hard core,hardcore,hooker,how to kill,huge fat,intercourse,jelly donut,kike,kinky,lemon party,lolita,make me come,missionary position,mong,mr hands,nawashi,negro,octopussy,panties,panty,pegging,playboy,poon,quim,santorum,scat,sexuality,sexually,sexy,shibari,shota,skeet,s&m,snatch,snowballing,spunk,strip club,suck,sucks,swastika,swinger,tainted love,tied up,tight white,tit,tongue in a,topless,tushy,twink,twinkie,undressing,women rapping,wrapping men,xx,yaoi,dolcett,escort,grope,bastardo,dvda,nude,sex,butt,style doggy,taste my,cialis," +
  "asno,caca,concha,drogas,heroína,infierno,martillo,orina,pis,sádico,trio,travesti,maciza,pinche,sexo,nazi,racista,pedo,marica," +
  "bander,bitte,bourré,bourrée,caca,con,cul,folle,gerbe,gerber,gueule,jouir,meuf,nègre,negro,pipi,péter,ramoner,tanche,trique,bite,zizi,suce," +
  "bonze,fick,fratze,ische,kimme,lümmel,möpse,möse,mufti,nackt,nippel,pimpern,pinkeln,popel,poppen,rosette,schiesser,schnackeln,vögeln,dödel,bumsen," +
  "anita,asbak,aso,balen,bekken,beurt,boemelen,buffelen,de ballen,de hond uitlaten,de koffer induiken,del,de pijp uitgaan,dombo,driehoog achter wonen,engerd,flikken,gat,gedoogzone,gras maaien,griet,hol,huisdealer,johny,kanen,kettingzeug,knor,lummel,matje,muts,naaien,naakt,nicht,paal,palen,penoze,pijpen,pik,poep,poepen,poot,pot,raaskallen,reet,remsporen,reutelen,schatje,slempen,spuiten,standje,stootje,toeter,vergallen,watje,welzijnsmafia,wippen,wuftje,zaadje,zuigen,een beurt geven,achter het raam zitten,aardappels afgieten,mof,lul,botergeil," +
  "aand,aandu,chakke,choope,chude,chutan,ghassa,gucchi,gucchu,hawas,kamine,loda,lund,lundure,maal,pataka,patakha,randi,tatte,tharak,gasti,kutta,suar,paki,harami,saala," +
  "ثدي,بز,حلمة,فرج,شهوة,مبادل,نيك,لعق,تمص,مص,جماع,احتلام,زب,خول,شرج,لحس," +
  "amador,aranha,ariano,bissexual,bumbum,burro,camisinha,cerveja,chupar,comer,consolo,dum raio,fecal,frango assado,gozar,heterosexual,homem gay,homosexual,inferno,lésbica,lolita,passar um cheque,pau,pinto,saco,torneira,vibrador,xana,homoerótico,balalao,pica," +
  "bagos,besta,boco,bocó,bosta,brioco,burra,cachorra,casseta,cassete,chota,corno,cu,desgraça,frango,fuleira,jossa,kenga,macaca,mané,mijo,piru,rapariga,recalcada,recalcado,toba,tiriça,trocha,troucha,bunda,broche,pila,viada,foda,bixa,bicha,xota,bebum,burra,pepeka," +
  "anale,bagnarsi,balle,battere,biga,bordello,brinca,cadavere,cagna,casci,cozza,fava,femminuccia,finocchio,goldone,guardone,monta,montare,mussa,mona,nave scuola,patacca,pesce,picio,pippa,pipì,pisello,pistolotto,pompa,porca,porco,potta,quaglia,regina,rizzarsi,ingoio,sbattere,sbattersi,sega,soccia,spagnola,tirare,topa,vacca,vangare,zinne,padulo,loffa,fica,figa,fregna,ciospo,battona," +
  "ano,anali,azz,azzo,belini,belino,cancara,cancaro,cancari,cannate,cannati,cannato,cessa,cessi,cesse,ciula,ciuli,ciulo,cucchi,cucco,cuccata,cuccati,cuccato,cuccano,cula,durelli,durello,falli,fallo,fattone,fattoni,fesse,fiche,fighetti,finocchione,finocchioni,gnocche,goldoni,guardoni,infame,madonna,marone,maroni,menano,menare,menato,menati,monata,mussi,musso,musse,negra,negre,negretti,negretto,negri,pula,pulotti,puppa,recchia,sardegnola,sardegnolo,schiappa,schiappe,secchione,secchioni,sorce,suca,sucano,sucato,suina,suine,tega,teghe,tetta,uccella,zebedei,zebedeo,zinna,porche,pisella,piselle,cula,coito,bonazza,bonazzo,barzotti,ciolla,caccona,caccone,cacone,trombi,peni,terga,terghe,castroneria,frocetti,scopati,busoni,fighetta," +
  "jamal,mara,hamama,nouna,tina,zac,zak,moss,namm,hawi,jru,terma,bez,badeen,naqal,naqsh,farg,sheikha,zippy,mozza,gamosa,gamoosa,gawad,karrak,asba,boofta,sowa,khanza,matny,besht,tabon,taboon,homar,neek,zaaka,zabbour,bandook,kaboul,mahbool,ayre,airi,teez,batrona,kerfa,homar,louat,hbila,hbeela,ayaar,baghl,far5,makwa,marioah,naqsh,gema3,moss,haygan,shanbora,sobisa,sheikha,labawy,kawwad,chalb,zegg,zeg,zega,mkauda,3as,3ars,dayer ki zebbi," +
  "byk,gol,uboy,petuh,бугор,голый,другой дразнится,какая разница,хапать,хрен,фига,мент,обнаженный,на фиг,половое сношение,муда,padlo," +
  "cyc,dmuchać,duperele,jajco,jajko,rzygać,syf," +
  "am,amı,amlar,göt,göte,götü,götün,sik,sike,siki,sikin,sikler";

/** As `EVERYDAY`, of Chinese, Japanese, Korean and Thai; parted by spaces. */
export const EVERYDAY_UNSPACED =
  "九游 乳房 乳头 交配 几八 刚度 包皮 卵子 口肯 后庭 吹箫 处女 外阴 奶子 密洞 姣西 情色 懒八 懒叫 懒教 成人 扒光 抽插 放荡 月经 机八 机巴 激情 狗屁 玉杵 瓜批 白烂 祖宗 私服 笨蛋 精子 老二 老味 老母 肥西 花柳 迷药 野鸡 靠母 靠爸 靠背 鬼公 性器 性爱 粉腸 笨實 十三点 硬膠 你娘 他娘 刚瘪三 " +
  "いたずら エスコート エクスタシー おしり オシリ お尻 カント グロ コカイン スウィンガー スラット スリット ディック デブ なめ ハードコア ファンタジー フィスト フック ボーイズラブ プレイボーイ ぽっちゃり ラティーナ ラバー ランジェリー ローター ロリータ 嫌い 支配 女の子 女王様 女子高生 女装 人妻 人種 殺し方 殺人事件 殺人方法 拷問 生殖器 直腸 誘惑 両性 両刀 奴隷 糞便 肛門 噴出 挿入 脱衣 平手打ち 毛深い 児童性虐待 自己愛性 セクシーな レズビアン ホモ ヌード しばり 縛り 覗き トップレス ストリップ劇場 パンティー オカマ ロマンス セックス 性的 裸 パイパン バイブレーター ラブホテル 女子高生 カーマスートラ アジアのかわいい女の子 レイプ スカートの中 剃毛 幼児性愛者 変態 売春婦 " +
  "강간 거유 고자 근친 노모 망가 몰카 미친 보지 자지 자위 유모 야사 에로 애자 육갑 호로 후장 하드코어 로리타 스와핑 직촬 야애니 은꼴 성인 변태 창녀 노예";
