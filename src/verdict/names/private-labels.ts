import { lazily } from "./lazily.ts";
import { foldText, wordsOf } from "./normal-form.ts";

/** Labels from private phone books, useless to other people, by language; separated by spaces. */
const LABELS = {
  en: "mom,mommy,mum,mummy,mam,ma,mama,mother,mother in law,mil,dad,daddy,pa,papa,pop,pops,father,father in law,fil,parents,brother,bro,big bro,sister,sis,son,daughter,wife,wifey,husband,hubby,grandma,granny,gran,nana,grandmother,grandpa,grandad,granddad,gramps,grandfather,aunt,auntie,aunty,uncle,cousin,niece,nephew,babe,baby,bae,honey,hun,love,lover,sweetheart,sweetie,darling,dear,girlfriend,boyfriend,gf,bf,fiance,fiancee,ex,ex wife,ex husband,partner,bestie,best friend,bff,friend,roommate,flatmate,boss,the boss,manager,colleague,coworker,work,office,home,house,landline,landlord,landlady,neighbor,neighbour,babysitter,nanny,teacher,coach,driver,doctor,dentist,plumber,electrician,mechanic,cleaner,lawyer,me,myself,self,voicemail,voice mail,my number,my phone,my mobile,new number,old number,wrong number,unknown,unknown caller,unknown number,private,private number,private caller,no name,no caller id,anonymous,caller,somebody,someone,nobody,do not answer,dont answer,do not pick up,dont pick up,never answer,do not call,dont call,ignore,blocked,spam,spammer,scam,scammer,mom and dad,mum and dad,spam call,spam caller,scam call,scam caller,dont pickup,scam likely,spam likely,spam risk,likely spam,likely scam,fraud,telemarketer,robocall,robocaller,junk,annoying,creep,stalker,emergency,ice,test,testing,asdf,qwerty,abc,xxx,na,none,null,delete",
  es: "madre,padre,papi,mami,hermano,hermana,hijo,hija,esposa,esposo,marido,mujer,abuela,abuelo,abuelita,tio,prima,suegra,suegro,amor,mi amor,mi vida,cariño,novia,novio,jefe,jefa,mi jefe,casa,trabajo,oficina,vecino,vecina,amigo,amiga,no contestar,no contestes,no responder,desconocido,numero desconocido,estafa,estafador,buzon de voz,yo,tia,primo,mi primo,mi tia,tata,nana,yaya,yayo,papa,mama,cunado,cunada,compadre,comadre,comadrita,profe,maestro",
  pt: "mae,mamae,pai,papai,irmao,irma,filho,filha,avo,vovo,vo,sogra,sogro,namorada,namorado,meu amor,chefe,trabalho,escritorio,vizinho,vizinha,nao atender,nao atenda,nao responder,desconhecido,golpe,eu,tia,tio,primo,prima,mama,papa,titia,titio,cunhado,cunhada,amor,vida",
  fr: "maman,mere,pere,frere,soeur,sœur,fils,fille,femme,mari,mamy,papy,papi,grand mere,grand pere,tante,tonton,oncle,cousine,belle mere,beau pere,cheri,cherie,mon amour,mon coeur,mon cœur,copain,copine,patron,chef,maison,travail,bureau,boulot,voisin,voisine,ne pas repondre,ne pas decrocher,inconnu,numero inconnu,arnaque,arnaqueur,messagerie,repondeur,moi,papa,mama,mamie,nounou,parrain,marraine,tatie,tata",
  it: "mamma,babbo,fratello,sorella,figlio,figlia,moglie,marito,nonna,nonno,zia,zio,cugino,cugina,suocera,suocero,amore,amore mio,tesoro,fidanzata,fidanzato,capo,lavoro,ufficio,vicino,vicina,non rispondere,sconosciuto,numero sconosciuto,truffa,segreteria,io,mamma,papa,tata",
  de: "mutti,mami,mutter,vati,papi,vater,bruder,schwester,sohn,tochter,ehefrau,meine frau,ehemann,mein mann,oma,opa,opi,tante,onkel,cousin,cousine,schwiegermutter,schwiegervater,schatz,schatzi,liebling,freund,freundin,chef,chefin,arbeit,buro,zuhause,daheim,festnetz,vermieter,nachbar,nachbarin,nicht rangehen,nicht drangehen,nicht abheben,nicht annehmen,unbekannt,unbekannte nummer,betrug,betruger,mailbox,ich,notfall,mama,papa,omi,mutti,taxi",
  nl: "moeder,mams,vader,paps,broer,zus,zusje,broertje,zoon,dochter,vrouw,mijn vrouw,echtgenoot,oom,schat,schatje,lieverd,vriend,vriendin,baas,werk,kantoor,thuis,huisbaas,buurman,buurvrouw,niet opnemen,niet antwoorden,onbekend,oplichter,oplichting,ik,mama,papa,ma,pa,opa,oma",
  nordic:
    "mor,mamma,far,pappa,bror,syster,søster,datter,farmor,farfar,mormor,morfar,bestemor,bestefar,älskling,kjæreste,jobb,arbejde,hjem,hjemme,svara inte,ikke svar,okänd,ukjent,ukendt,äiti,veli,sisko,koti,työ,älä vastaa,tuntematon",
  polish:
    "mama,mamusia,matka,tata,tatus,ojciec,brat,siostra,syn,corka,żona,mąż,babcia,dziadek,ciocia,wujek,tesciowa,tesc,kochanie,skarb,szef,szefowa,praca,biuro,sąsiad,sąsiadka,nie odbierać,nie odbieraj,nieznany,nieznany numer,oszust,oszustwo,ja,maminka,tatka,bratr,sestra,manželka,manžel,babička,děda,práce,domů,nebrat,neznámý,neznámé číslo,podvod",
  russian:
    "мама,мамочка,мамуля,мать,папа,папочка,отец,брат,сестра,сын,дочь,дочка,жена,муж,бабушка,дедушка,баба,дед,тетя,дядя,теща,тесть,свекровь,любимый,любимая,милый,милая,зайка,солнышко,начальник,босс,шеф,работа,офис,дом,сосед,соседка,друг,подруга,не брать,не бери,не брать трубку,не отвечать,неизвестный,неизвестный номер,спам,мошенник,мошенники,реклама,я,тато,батько,дружина,чоловік,сестра,брат,робота,дім,не брати,шахраї",
  tr: "annem,baba,babam,abi,abim,ablam,kardeş,kardeşim,oğlum,kızım,eşim,kocam,anneanne,babaanne,dede,teyze,teyzem,amca,amcam,dayı,dayım,aşkım,canım,sevgilim,patron,müdür,iş,ofis,evim,komşu,açma,sakın açma,cevap verme,bilinmeyen,bilinmeyen numara,dolandırıcı,ben,abla,anne,dayi,hala,yenge,enişte",
  arabic:
    "امي,أمي,ماما,الوالدة,ابي,أبي,بابا,الوالد,اخي,أخي,اختي,أختي,ابني,بنتي,ابنتي,زوجتي,زوجي,جدي,جدتي,عمي,عمتي,خالي,خالتي,حبيبي,حبيبتي,حياتي,المدير,مديري,العمل,الشغل,المكتب,البيت,المنزل,جاري,لا ترد,لا تجب,مجهول,رقم مجهول,نصاب,احتيال,مزعج,انا,مامان,مادر,پدر,برادر,خواهر,همسرم,عشقم,خانه,کار,رئیس,جواب نده,ناشناس,אמא,אבא,אח,אחות,אחי,אחותי,בת,אשתי,בעלי,סבתא,סבא,דודה,אהבה,מאמי,בוס,עבודה,בית,לא לענות,לא ידוע,נוכל,hala,khala,khalti,ammi,abbu,baba,mama,habibi,habibti,hayati,yuma,omi,abi,akhi,ukhti,خالة,جدو,تيتا,عمو",
  hindi:
    "माँ,मां,मम्मी,माता,पापा,पिताजी,पिता,भाई,भैया,बहन,दीदी,बेटा,बेटी,पत्नी,पति,दादी,दादा,नानी,नाना,चाचा,चाची,मामा,मामी,जान,बॉस,घर,ऑफिस,काम,मत उठाना,फोन मत उठाना,अनजान,धोखा,मैं,mummy ji,papa ji,maa,bhai,bhaiya,beta,beti,chacha,chachi,mami ji,jaan,ghar,মা,বাবা,ভাই,বোন,বাড়ি,অফিস,ma,papa,mummy,amma,appa,didi,dada,dadi,nana,nani,baba,mausi,bua,tai,tau,jiju,bhabhi",
  zh: "妈妈,妈,媽媽,媽,老妈,老媽,爸爸,爸,老爸,哥哥,哥,弟弟,姐姐,姐,妹妹,儿子,兒子,女儿,女兒,老婆,妻子,老公,丈夫,奶奶,爷爷,爺爺,外婆,外公,姥姥,姥爷,阿姨,叔叔,舅舅,姑姑,亲爱的,親愛的,宝贝,寶貝,老板,老闆,领导,家,家里,公司,办公室,辦公室,邻居,房东,朋友,不要接,别接,不接,勿接,陌生人,未知,未知号码,骗子,骚扰电话,诈骗,推销,我",
  ja: "母,お母さん,母さん,ママ,父,お父さん,父さん,パパ,兄,お兄ちゃん,弟,姉,お姉ちゃん,妹,息子,娘,妻,嫁,夫,旦那,祖母,おばあちゃん,祖父,おじいちゃん,おばさん,おじさん,彼女,彼氏,ダーリン,上司,社長,店長,会社,職場,自宅,家,実家,隣人,大家さん,友達,出るな,出ない,無視,不明,非通知,詐欺,迷惑電話,営業電話,自分,私",
  ko: "엄마,어머니,아빠,아버지,형,오빠,누나,언니,동생,남동생,여동생,아들,딸,아내,와이프,마누라,남편,할머니,할아버지,외할머니,외할아버지,이모,고모,삼촌,자기,자기야,여보,내사랑,여친,남친,여자친구,남자친구,사장님,사장,부장님,팀장님,상사,회사,직장,사무실,집,우리집,집주인,이웃,친구,받지마,받지 마,받지말것,모름,모르는 번호,발신자표시제한,사기,사기꾼,스팸,나",
  southeast:
    "mẹ,má,chị,con trai,con gái,vợ,sếp,nhà,công ty,đừng nghe,không nghe,lừa đảo,ibu,bapak,kakak,adik,anak,istri,suami,nenek,kakek,tante,sayang,bos,rumah,kantor,jangan angkat,penipu,tidak dikenal,แม่,พ่อ,พี่,น้อง,ลูก,เมีย,ผัว,ยาย,ตา,ที่รัก,หัวหน้า,บ้าน,ที่ทำงาน,อย่ารับ,มิจฉาชีพ",
  other:
    "μαμά,μπαμπάς,γιαγιά,παππούς,αφεντικό,δουλειά,σπίτι,μη σηκώσεις,μην απαντήσεις,anyu,apu,főnök,munka,otthon,ne vedd fel,tati,șefu,acasă,nu răspunde,майка,татко,не вдигай,не бери трубку,nanay,tatay,huwag sagutin",
} as const;
type Language = keyof typeof LABELS;

/** Countries where a language of `LABELS` is spoken. */
const SPOKEN: Readonly<Record<Language, string>> = {
  en: "US GB IE CA AU NZ ZA IN PK SG MY PH NG GH KE UG ZW ZM JM TT BS BB BZ GY MT HK IM JE GG",
  es: "ES MX AR CO PE VE CL EC GT CU BO DO HN PY SV NI CR PA UY PR GQ",
  pt: "PT BR AO MZ CV GW ST",
  fr: "FR BE CH CA LU MC CI SN CM ML BF NE TG BJ CD CG GA GN HT MA DZ TN MG RE GP MQ GF",
  it: "IT CH SM VA",
  de: "DE AT CH LI LU BE",
  nl: "NL BE SR AW CW BQ",
  nordic: "SE NO DK FI IS FO GL AX SJ",
  polish: "PL CZ SK",
  russian: "RU UA BY KZ KG UZ TJ TM AM AZ GE MD LV EE LT",
  tr: "TR CY",
  arabic: "EG SA AE QA KW BH OM YE IQ SY LB JO PS IL LY TN DZ MA SD MR IR AF TJ",
  hindi: "IN NP PK BD",
  zh: "CN TW HK MO SG MY",
  ja: "JP",
  ko: "KR KP",
  southeast: "VN ID TH MY BN",
  other: "GR CY HU RO MD BG PH",
};

/** Labels that are also names of people or firms: refused only where their language is spoken. Folded. */
const NAMES_TOO =
  "abi abla adik amor amore anne baba baby bae ben beta beti bhai bos bruder carino caro chacha cheri cherie chi dada dadi deda dede didi eu ev fil fratello gran habibi hala hayati honey hun irma ja jaan kantor love ma mae maestro mama maman mami mamie manzel mari maz mi mil minha mio mobil mobile mor nana nani nanny nonna novia novo nova oma omi pa padre pai papa papi pappa pop pops prima primo sep sisko syn tai tata tati tau tel tesoro tia tio titia vater veli vida vo ya yaya yo yuma zia zona אהבה בת انا";

/** Words that may accompany a label without making it a name: whose, which phone, which of several. */
const AROUND =
  "my mi mein meine mijn mon ma il mio meu minha moj moja мой моя мои our " +
  "cell cellphone mobile mob phone tel telephone number no nr new old home work office house landline whatsapp wa ii iii 2nd " +
  "movil celular casa trabajo nuevo nueva portable fixe maison bureau travail nouveau cellulare lavoro nuovo telefono " +
  "handy mobil arbeit neu privat privatnummer zuhause buro mobiel werk thuis nieuw novo trabalho telefone komorka praca nowy " +
  "дом работа мобильный моб новый новая telefon cel cep ev yeni iş";

const fold = (text: string): string => wordsOf(foldText(text)).join(" ");
const labels = lazily((): ReadonlyMap<string, readonly Language[]> => {
  const languages = new Map<string, Language[]>();
  for (const language of Object.keys(LABELS) as Language[]) {
    for (const label of new Set(LABELS[language].split(",").map(fold)))
      languages.set(label, [...(languages.get(label) ?? []), language]);
  }
  return languages;
});
const around = lazily((): ReadonlySet<string> => new Set(AROUND.split(" ").map(foldText)));
const namesToo = lazily((): ReadonlySet<string> => new Set(NAMES_TOO.split(" ")));

/**
 * Where a text is a private label and not a name ("Mom", "Boss (mobile)", "do not answer", "???"): in some countries, or
 * everywhere; null if it is a name.
 */
export function labelIn(name: string): ReadonlySet<string> | "everywhere" | null {
  const words = wordsOf(foldText(name));
  const said = words.join(" ");
  if (words.length === 0) return "everywhere";
  if (namesToo().has(said)) {
    const languages = labels().get(said) ?? [];
    return new Set(languages.flatMap((language) => SPOKEN[language].split(" ")));
  }
  return isLabel(words, said) ? "everywhere" : null;
}

function isLabel(words: readonly string[], said: string): boolean {
  if (labels().has(said)) return true;
  // A single letter or only digits are not a name; a single ideograph is.
  if (/^[\p{N} ]+$/u.test(said) || /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]$/u.test(said)) return true;
  const core = words.filter((word) => !around().has(word) && !/^\p{N}+$/u.test(word));
  return labels().has(core.join(" ")) || (core.length === 0 && words.some((word) => !/^\p{N}+$/u.test(word)));
}
