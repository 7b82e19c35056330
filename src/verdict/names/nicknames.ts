import { lazily } from "./lazily.ts";

/** Common English given names with their short forms, one group each. Our own: no existing list is small enough to ship. */
const GROUPS =
  "abigail abby,albert al bert,alexander alex sandy xander,alexandra alex sandra,alfred alf fred,andrew andy drew,anthony tony," +
  "arthur art,barbara barb babs,benjamin ben benny,bernard bernie,beverly bev,bradley brad,bridget biddy,calvin cal,cameron cam," +
  "caroline carrie carol,catherine katherine kathryn cathy kathy kate katie kat,charles charlie chuck chas,charlotte lottie," +
  "christina christine chris tina chrissy,christopher chris topher kit,clifford cliff,constance connie,cynthia cindy,daniel dan danny," +
  "david dave davey,deborah debra deb debbie,dennis denny,diana diane di,donald don donnie,dorothy dot dottie dolly,douglas doug," +
  "edward ed eddie ned ted teddy,eleanor ellie nell nora,elizabeth liz lizzie beth betty betsy eliza libby,emily em emmy," +
  "eugene gene,evelyn evie,florence flo,frances fran frannie,francis frank,franklin frank,frederick fred freddie,gabriel gabe," +
  "gabrielle gabby,george georgie,gerald gerry jerry,geoffrey jeffrey geoff jeff,gilbert gil,gregory greg,harold hal harry," +
  "helen nell,henry hank harry,herbert herb bert,isabella bella izzy,jacob jake,jacqueline jackie,james jim jimmy jamie,janet jan," +
  "jennifer jen jenny,jeremy jem,jessica jess jessie,joan joanie,john johnny jack,jonathan jon,joseph joe joey,joshua josh," +
  "joyce joy,judith judy,kenneth ken kenny,kimberly kim,lawrence laurence larry,leonard len lenny leo,leslie les,lillian lily," +
  "louis lou louie,louise lou,lucille lucy,margaret maggie meg peggy marge margie greta,maria mary molly,martha marty,martin marty," +
  "matthew matt,maxwell max,megan meg,michael mike mick mickey,mildred millie,mitchell mitch,nancy nan,nathan nate,nathaniel nathan nate," +
  "nicholas nick nicky,nicole nicky,norman norm,oliver ollie,olivia liv,pamela pam,patricia pat patty tricia trish,patrick pat paddy," +
  "penelope penny,peter pete,philip phil pip,rachel rae,randall randy,raymond ray,rebecca becky becca,richard rich rick dick ricky," +
  "robert rob bob bobby robbie,roberta bobbie,roger rodge,ronald ron ronnie,rosemary rose rosie,russell russ,ruth ruthie,samantha sam," +
  "samuel sam sammy,sarah sally sadie,sharon shari,sophia sophie,stanley stan,stephanie steph,stephen steven steve stevie,susan sue susie," +
  "tabitha tabby,terence terry,theodore ted theo teddy,theresa terry tess,thomas tom tommy,timothy tim timmy,tobias toby,valerie val," +
  "veronica ronnie,victor vic,victoria vicky tori,vincent vince vinny,virginia ginny,walter walt wally,wesley wes,wilfred will fred," +
  "william will bill billy willie liam,winifred winnie,zachary zach zack";

/** Other languages, and Latin spellings of Arabic names. */
const ELSEWHERE =
  // Russian and Ukrainian, in both scripts.
  "александр саша шура саня,александра саша шура,дмитрии дима митя,екатерина катя катерина,иван ваня,михаил миша,николаи коля,владимир вова володя," +
  "сергеи сережа,алексеи леша алеша,андреи андрюша,анна аня нюра,мария маша маруся,наталья наталия наташа,ольга оля,елена лена алена,татьяна таня," +
  "ирина ира,светлана света,людмила люда мила,евгении женя,евгения женя,анастасия настя,дарья даша,юлия юля,павел паша,константин костя,виктор витя," +
  "григории гриша,борис боря,василии вася,петр петя,максим макс,анатолии толя,юрии юра,вячеслав слава,станислав стас слава,геннадии гена,валерии валера," +
  "егор георгии гоша,галина галя,тамара тома,софья софия соня,надежда надя,любовь люба,лидия лида,валентина валя,валентин валя,роман рома,федор федя," +
  "степан степа,семен сема,лев лева,илья илюша,артем тема,ксения ксюша,маргарита рита,алина аля,олександр сашко саша,дмитро діма,катерина катя," +
  "aleksandr alexander alexandr oleksandr aleksander sasha shura,alexandra aleksandra sasha,dmitri dmitry dmitriy dmitrii dima mitya,ekaterina yekaterina katerina katya,ivan vanya," +
  "mikhail misha,nikolai nikolay kolya,vladimir vova volodya,sergei sergey serezha seryozha,aleksei alexei alexey aleksey lyosha alyosha,anna anya ania,maria mariya masha," +
  "natalia natalya nataliya natasha,olga olya,elena yelena lena,tatiana tatyana tanya,irina ira,svetlana sveta,evgeny yevgeny evgeniy evgenii zhenya,evgenia zhenya,anastasia nastya," +
  "daria darya dasha,yulia julia yuliya yulya,pavel pasha,konstantin kostya,viktor vitya,grigory grigori grisha,boris borya,vasily vasya,pyotr petya,yuri yury yuriy yura,sofia sofya sonya," +
  // Spanish, Portuguese, Italian.
  "jose pepe ze,josefa pepa,francisco paco pancho kiko curro chico,ignacio nacho,antonio toni tonino toninho,manuel manolo manu,guadalupe lupe lupita,dolores lola,concepcion concha conchita," +
  "mercedes merche,enrique quique kike,eduardo edu lalo dudu,jesus chus chucho,rafael rafa,alberto beto,roberto beto,gregorio goyo,luis lucho,pilar pili,isabel isa chabela,teresa tere," +
  "consuelo chelo,rosario charo,santiago santi,javier javi,guillermo guille memo,fernando nando,giuseppe peppe beppe pino,giovanni gianni,luigi gigi,francesco ciccio,domenico mimmo," +
  "vincenzo enzo,lorenzo renzo enzo,alessandro sandro ale,alessandra sandra ale,elisabetta betta,raffaele lello," +
  // German, Polish, Greek.
  "friedrich fritz,josef joseph sepp jupp,johannes johann hans,heinrich heinz heiner,wilhelm willi willy,ludwig lutz,elisabeth liesl lisl lisbeth,margarete gretel grete greta," +
  "maximilian max maxi,sebastian basti,matthias matze,katharina kathi kathrin,susanne susi,gabriele gabi,georg schorsch,michael michi,andreas andi,stefan steffen,wolfgang wolfi,hubertus hubert," +
  "malgorzata gosia,katarzyna kasia,aleksandra ola,joanna asia,agnieszka aga,barbara basia,magdalena magda,stanislaw staszek,tomasz tomek,piotr piotrek,krzysztof krzysiek,grzegorz grzesiek," +
  "wojciech wojtek,zofia zosia,elzbieta ela,γεωργιος γιωργος,κωνσταντινος κωστας ντινος,ιωαννης γιαννης,δημητριος δημητρης μητσος,νικολαος νικος,αικατερινη κατερινα καιτη,παναγιωτης τακης," +
  "ευαγγελος βαγγελης,αθανασιος θανασης,σπυριδων σπυρος,βασιλειος βασιλης,αντωνιος αντωνης,εμμανουηλ μανωλης,μιχαηλ μιχαλης,αλεξανδρος αλεκος,σωτηριος σωτηρης,αναστασιος τασος,ελενη λενα," +
  "georgios giorgos yorgos,ioannis giannis yiannis yannis,konstantinos kostas,dimitrios dimitris,nikolaos nikos,aikaterini katerina,panagiotis takis,evangelos vangelis,athanasios thanasis," +
  "vasileios vasilis,antonios antonis,emmanouil manolis," +
  // Arabic, Hebrew and Indian names as they are spelled.
  "muhammad mohamed mohammed mohammad mohamad muhammed mohamet mohd,ahmed ahmad ahmet,hussein hussain husayn husain hossein hussien,hassan hasan,yusuf youssef yousef yousuf yousif,khalid khaled," +
  "umar omar umer,usman osman othman uthman,abdullah abdulla,ibrahim ebrahim,fatima fatimah fatma,aisha ayesha aicha aysha,mahmoud mahmud mahmood,mustafa mostafa moustafa," +
  "suleiman sulaiman soliman suleyman sulayman,said saeed,rashid rasheed rachid,jamal gamal djamel jamel,samir sameer,nasser nasir naser,zainab zeinab zaynab,mariam maryam meryem," +
  "tariq tarek tarik,farouk faruq farooq farouq,layla leila laila leyla,sheikh shaikh,cohen kohen cohn,levi levy,yitzhak itzhak yitzchak isaac,chaim haim,lakshmi laxmi,choudhary chaudhary chowdhury chaudhry chaudhuri," +
  "verma varma,ann annie";

const groupsOf = lazily((): ReadonlyMap<string, ReadonlySet<number>> =>
  `${GROUPS},${ELSEWHERE}`.split(",").reduce((groups, names, at) => {
    for (const name of names.split(" ")) groups.set(name, (groups.get(name) ?? new Set()).add(at));
    return groups;
  }, new Map<string, Set<number>>()),
);

/** Whether a word (folded) is a common given name. */
export function isGivenName(word: string): boolean {
  return groupsOf().has(word);
}

/** Whether two given names (folded) are commonly used for the same person. */
export function areNicknames(a: string, b: string): boolean {
  const groups = groupsOf().get(a);
  const others = groupsOf().get(b);
  if (groups === undefined || others === undefined) return false;
  for (const group of groups) if (others.has(group)) return true;
  return false;
}
