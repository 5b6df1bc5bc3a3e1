/**
 * The heap that the real server keeps its queue in: an array whose parents come before their children. It is written
 * out here because clients see its order in `/queue`, and because of what happens when two members cannot be compared:
 * `push` throws although the member is in, `pop` throws and the first member is lost.
 * @param before whether the first of two must come before the second; may throw.
 */
export function createHeap<Member>(before: (a: Member, b: Member) => boolean) {
  let members: Member[] = [];
  const at = (index: number): Member => members[index] as Member;

  function rise(from: number, to: number): void {
    const member = at(to);
    let index = to;
    while (index > from) {
      const parent = (index - 1) >> 1;
      if (!before(member, at(parent))) break;
      members[index] = at(parent);
      index = parent;
    }
    members[index] = member;
  }

  /**
   * Takes the smaller child up to the leaf first, then lets the member rise: which pairs get compared depends on it.
   */
  function sink(from: number): void {
    const member = at(from);
    let index = from;
    for (let child = 2 * index + 1; child < members.length; child = 2 * index + 1) {
      if (child + 1 < members.length && !before(at(child), at(child + 1))) child++;
      members[index] = at(child);
      index = child;
    }
    members[index] = member;
    rise(from, index);
  }

  return {
    get members() {
      return members;
    },
    push: (member: Member) => {
      members.push(member);
      rise(0, members.length - 1);
    },
    pop: (): Member | undefined => {
      const last = members.pop();
      if (members.length === 0 || last === undefined) return last;
      const first = at(0);
      members[0] = last;
      sink(0);
      return first;
    },
    /** Removes members that `keep` refuses, then restores the order. */
    retain: (keep: (member: Member) => boolean) => {
      members = members.filter(keep);
      for (let index = (members.length >> 1) - 1; index >= 0; index--) sink(index);
    },
  };
}
