use super::class;
use super::escape;
use super::problem::{Kind, Problem};
use super::scanner::Scanner;

/// Maximum nesting depth of groups. Compiling takes stack for each level.
pub(super) const MAX_DEPTH: usize = 50;

/// Maximum nesting depth of the translated expression: each group may have a repetition and a flag around it.
pub(super) const MAX_NESTING: u32 = 500;

/// Maximum count of a repetition, and maximum product of nested counts.
const MAX_COUNT: u32 = 1000;

/// Translates an expression in RE2 syntax for the crate `regex`.
pub(super) fn translate(source: &str) -> Result<String, Problem> {
    let mut translator = Translator {
        source: Scanner::new(source),
        flags: Flags::default(),
        outer: Vec::new(),
        group: Group::default(),
        last_repetition: None,
    };
    translator.all()?;
    Ok(translator.group.finish().text)
}

/// The flags that apply at a position.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "RE2 has these four flags, and they are independent")]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_all: bool,
    swap_greed: bool,
}

/// A part of an expression to which a repetition can apply.
#[derive(Debug)]
struct Item {
    text: String,
    is_repetition: bool,
    /// The maximum product of nested counts in this part.
    copies: u32,
}

impl Item {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_repetition: false, copies: 1 }
    }
}

/// An open group.
#[derive(Debug, Default)]
struct Group {
    start: usize,
    /// The flags outside of the group.
    flags: Flags,
    /// The alternatives before the last `|`.
    alternatives: Vec<String>,
    items: Vec<Item>,
    copies: u32,
}

impl Group {
    fn end_alternative(&mut self) {
        self.copies = self.items.iter().map(|item| item.copies).fold(self.copies, u32::max);
        self.alternatives.push(self.items.drain(..).map(|item| item.text).collect());
    }

    fn finish(mut self) -> Item {
        self.end_alternative();
        Item { text: format!("(?:{})", self.alternatives.join("|")), is_repetition: false, copies: self.copies }
    }
}

struct Translator<'a> {
    source: Scanner<'a>,
    flags: Flags,
    outer: Vec<Group>,
    group: Group,
    /// The position of the last repetition, if it is the last item.
    last_repetition: Option<usize>,
}

impl Translator<'_> {
    fn all(&mut self) -> Result<(), Problem> {
        while let Some(next) = self.source.peek() {
            let start = self.source.at();
            let is_repetition = match next {
                '*' => self.repeat_any("*")?,
                '+' => self.repeat_any("+")?,
                '?' => self.repeat_any("?")?,
                '{' => self.counted()?,
                _ => {
                    self.item(next)?;
                    false
                }
            };
            self.last_repetition = is_repetition.then_some(start);
        }
        if self.outer.is_empty() {
            return Ok(());
        }
        let start = self.group.start;
        Err(Problem::since(start, Kind::MissingParenthesis, &self.source))
    }

    /// Parses an item other than a repetition.
    fn item(&mut self, next: char) -> Result<(), Problem> {
        let start = self.source.at();
        match next {
            '(' => return self.open(),
            '[' => {
                let class = class::bracketed(&mut self.source, self.flags.fold)?;
                self.push(class);
                return Ok(());
            }
            '\\' => return self.escape(),
            _ => self.source.next(),
        };
        match next {
            ')' => self.close(start)?,
            '|' => self.group.end_alternative(),
            '^' => self.push(if self.flags.multi_line { "(?m:^)" } else { r"\A" }),
            '$' => self.push(if self.flags.multi_line { "(?m:$)" } else { r"\z" }),
            '.' => self.push(if self.flags.dot_all { "(?s:.)" } else { "." }),
            _ => self.literal(next.into()),
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let looks = [(r"\A", r"\A"), (r"\z", r"\z"), (r"\b", r"(?-u:\b)"), (r"\B", r"(?-u:\B)")];
        if let Some((_, look)) = looks.into_iter().find(|(escape, _)| self.source.eat(escape)) {
            self.push(look);
        } else if self.source.eat(r"\Q") {
            let quoted = self.source.until(r"\E").unwrap_or_else(|| self.source.finish());
            quoted.chars().for_each(|c| self.literal(c.into()));
        } else if let Some(class) = class::escaped(&mut self.source, self.flags.fold)? {
            self.push(class);
        } else {
            let code_point = escape::code_point(&mut self.source)?;
            self.literal(code_point);
        }
        Ok(())
    }

    fn literal(&mut self, code_point: u32) {
        self.push(class::literal(code_point, self.flags.fold));
    }

    fn push(&mut self, text: impl Into<String>) {
        self.group.items.push(Item::new(text));
    }

    /// Parses the start of a group, or flags for the following items.
    fn open(&mut self) -> Result<(), Problem> {
        let start = self.source.at();
        let outside = self.flags;
        if self.source.eat("(?P<") || (!self.is_lookbehind() && self.source.eat("(?<")) {
            self.name(start)?;
        } else if self.source.eat("(?") {
            if !self.read_flags(start)? {
                return Ok(());
            }
        } else {
            self.source.next();
        }
        if self.outer.len() == MAX_DEPTH {
            return Err(Problem::since(start, Kind::TooDeep, &self.source));
        }
        let group = Group { start, flags: outside, ..Group::default() };
        self.outer.push(std::mem::replace(&mut self.group, group));
        Ok(())
    }

    fn is_lookbehind(&self) -> bool {
        ["(?<=", "(?<!"].iter().any(|start| self.source.rest().starts_with(start))
    }

    /// Parses the name of a group. Names do not affect matches.
    fn name(&mut self, start: usize) -> Result<(), Problem> {
        let name = self.source.until(">");
        if name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())) {
            return Ok(());
        }
        if name.is_none() {
            self.source.finish();
        }
        Err(Problem::since(start, Kind::GroupName, &self.source))
    }

    /// Parses flags. Returns whether they start a group.
    fn read_flags(&mut self, start: usize) -> Result<bool, Problem> {
        let mut flags = self.flags;
        let mut value = true;
        let mut is_complete = true;
        loop {
            let next = self.source.next();
            match next {
                Some('i') => flags.fold = value,
                Some('m') => flags.multi_line = value,
                Some('s') => flags.dot_all = value,
                Some('U') => flags.swap_greed = value,
                Some('-') if value => value = false,
                Some(':' | ')') if is_complete => {
                    self.flags = flags;
                    return Ok(next == Some(':'));
                }
                _ => return Err(Problem::since(start, self.wrong_group(start), &self.source)),
            }
            is_complete = next != Some('-');
        }
    }

    /// Returns the error of a group that starts with `(?`, but not with flags of RE2.
    fn wrong_group(&self, start: usize) -> Kind {
        let read = self.source.since(start);
        if ["(?=", "(?!", "(?<"].contains(&read) {
            Kind::Look
        } else if self.source.rest().is_empty() && !read.ends_with(')') {
            Kind::MissingParenthesis
        } else if read.ends_with(|c: char| c.is_ascii_alphabetic() || matches!(c, ':' | ')' | '-')) && read != "(?P" {
            Kind::Flag
        } else {
            Kind::Group
        }
    }

    fn close(&mut self, start: usize) -> Result<(), Problem> {
        let Some(outer) = self.outer.pop() else {
            return Err(Problem::since(start, Kind::UnexpectedParenthesis, &self.source));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.flags;
        self.group.items.push(group.finish());
        Ok(())
    }

    fn repeat_any(&mut self, operator: &str) -> Result<bool, Problem> {
        let start = self.source.at();
        self.source.next();
        self.repeat(start, operator, 1)?;
        Ok(true)
    }

    /// Parses a repetition such as `{2,3}`. A brace that starts no repetition is a literal.
    fn counted(&mut self) -> Result<bool, Problem> {
        let start = self.source.at();
        let mut ahead = self.source;
        let Some((least, most)) = counts(&mut ahead) else {
            self.source.next();
            self.literal('{'.into());
            return Ok(false);
        };
        self.source = ahead;
        if least > MAX_COUNT || most.is_some_and(|most| most > MAX_COUNT || most < least) {
            return Err(Problem::since(start, Kind::RepeatCount, &self.source));
        }
        let most_text = most.map_or_else(String::new, |most| most.to_string());
        self.repeat(start, &format!("{{{least},{most_text}}}"), most.unwrap_or(least))?;
        Ok(true)
    }

    /// Applies a repetition to the last item, which counts as `count` copies.
    fn repeat(&mut self, start: usize, operator: &str, count: u32) -> Result<(), Problem> {
        let is_lazy = self.source.eat("?") != self.flags.swap_greed;
        if let Some(last) = self.last_repetition {
            return Err(Problem::since(last, Kind::RepeatOfRepeat, &self.source));
        }
        let Some(Item { text, is_repetition, copies }) = self.group.items.pop() else {
            return Err(Problem::since(start, Kind::NothingToRepeat, &self.source));
        };
        let copies = copies * count;
        if copies > MAX_COUNT && count > 1 {
            return Err(Problem::since(start, Kind::RepeatCount, &self.source));
        }
        let text = if is_repetition { format!("(?:{text})") } else { text };
        let text = format!("{text}{operator}{}", if is_lazy { "?" } else { "" });
        self.group.items.push(Item { text, is_repetition: true, copies });
        Ok(())
    }
}

/// Parses `{2}`, `{2,}` or `{2,3}`. Counts that overflow become the maximum.
fn counts(source: &mut Scanner) -> Option<(u32, Option<u32>)> {
    let count = |source: &mut Scanner| {
        let digits = source.digits();
        let is_count = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
        is_count.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    source.next();
    let least = count(source)?;
    let most = if !source.eat(",") {
        Some(least)
    } else if source.rest().starts_with('}') {
        None
    } else {
        Some(count(source)?)
    };
    source.eat("}").then_some((least, most))
}
