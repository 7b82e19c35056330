/** Common English given names with their short forms, a group each. Written by hand: no list is small enough to ship. */
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

const GROUPS_OF: ReadonlyMap<string, ReadonlySet<number>> = GROUPS.split(",").reduce((groups, names, at) => {
  for (const name of names.split(" ")) groups.set(name, (groups.get(name) ?? new Set()).add(at));
  return groups;
}, new Map<string, Set<number>>());

/** Whether two given names (folded) are commonly used for the same person. */
export function areNicknames(a: string, b: string): boolean {
  const groups = GROUPS_OF.get(a);
  const others = GROUPS_OF.get(b);
  if (groups === undefined || others === undefined) return false;
  for (const group of groups) if (others.has(group)) return true;
  return false;
}
