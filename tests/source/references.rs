//! Finds the paths in Rust source that start with `crate`, `super` or `self`, and makes them absolute.

use std::iter::Peekable;
use std::vec::IntoIter;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The names on the way from a crate's root to a module or an item.
pub(crate) type Path = Vec<String>;

/// What a source file says about other modules of its crate.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The modules that stand in the file: its own, and those in braces.
    pub(crate) modules: Vec<Path>,
    /// The module in which a path stands, and the path.
    pub(crate) references: Vec<(Path, Path)>,
    /// For each `use`, the path by which it makes a name available, and the path of the item.
    pub(crate) aliases: Vec<(Path, Path)>,
}

/// Reads the text of the module `module` in the crate that other crates call `name`.
pub(crate) fn read(text: &str, module: &[String], name: &str) -> Source {
    let tokens: TokenStream = text.parse().expect("Rust source");
    let mut reader = Reader { name: name.to_owned(), source: Source::default() };
    reader.module(tokens, module);
    reader.source
}

struct Reader {
    name: String,
    source: Source,
}

type Tokens = Peekable<IntoIter<TokenTree>>;

impl Reader {
    fn module(&mut self, tokens: TokenStream, module: &[String]) {
        self.source.modules.push(module.to_vec());
        self.tokens(tokens, module);
    }

    fn tokens(&mut self, tokens: TokenStream, module: &[String]) {
        let mut tokens = tokens.into_iter().collect::<Vec<_>>().into_iter().peekable();
        let mut previous = String::new();
        while let Some(token) = tokens.next() {
            let text = word(&token);
            match (previous.as_str(), token) {
                ("pub", TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {}
                (_, TokenTree::Group(group)) => self.tokens(group.stream(), module),
                ("mod", TokenTree::Ident(name)) => {
                    if let Some(TokenTree::Group(body)) = tokens.peek() {
                        let body = body.stream();
                        tokens.next();
                        self.module(body, &child(module, name.to_string()));
                    }
                }
                ("use", TokenTree::Ident(first)) => self.import(&first.to_string(), &mut tokens, module),
                (":", _) => {}
                (_, TokenTree::Ident(first)) => {
                    if let Some(root) = self.root(&first.to_string(), module) {
                        self.paths(root, &mut tokens, module, false);
                    }
                }
                _ => {}
            }
            previous = text;
        }
    }

    /// The module that the first word of a path names, unless it names another crate or a local item.
    fn root(&self, first: &str, module: &[String]) -> Option<Path> {
        match first {
            "self" => Some(module.to_vec()),
            "super" => module.split_last().map(|(_, parent)| parent.to_vec()),
            "crate" => Some(Path::new()),
            first => (first == self.name).then(Path::new),
        }
    }

    /// A `use`: its path may also begin with a module that stands in this one.
    fn import(&mut self, first: &str, tokens: &mut Tokens, module: &[String]) {
        let root = self.root(first, module).unwrap_or_else(|| child(module, first.to_owned()));
        self.paths(root, tokens, module, true);
    }

    /// Reads the rest of a path, which may branch.
    fn paths(&mut self, mut path: Path, tokens: &mut Tokens, module: &[String], is_use: bool) {
        let mut is_longer = false;
        while skip_colons(tokens) {
            match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "super" => drop(path.pop()),
                Some(TokenTree::Ident(name)) if name == "self" => {}
                Some(TokenTree::Ident(name)) => path.push(name.to_string()),
                Some(TokenTree::Group(group)) => return self.branches(&path, &group, module, is_use),
                _ => return self.source.references.push((module.to_vec(), path)),
            }
            is_longer = true;
        }
        if is_use {
            let alias = match tokens.peek() {
                Some(TokenTree::Ident(word)) if word == "as" => tokens.nth(1).map(|name| name.to_string()),
                _ => path.last().cloned(),
            };
            self.source.aliases.extend(alias.map(|name| (child(module, name), path.clone())));
        }
        if is_longer || is_use {
            self.source.references.push((module.to_vec(), path));
        }
    }

    fn branches(&mut self, path: &[String], group: &Group, module: &[String], is_use: bool) {
        let mut tokens = group.stream().into_iter().collect::<Vec<_>>().into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) if name == "self" => self.paths(path.to_vec(), &mut tokens, module, is_use),
                TokenTree::Ident(name) if name == "super" => {
                    self.paths(path[..path.len() - 1].to_vec(), &mut tokens, module, is_use);
                }
                TokenTree::Ident(name) => self.paths(child(path, name.to_string()), &mut tokens, module, is_use),
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    self.source.references.push((module.to_vec(), path.to_vec()));
                }
                _ => {}
            }
        }
    }
}

/// Returns the path of `name` in a module.
pub(crate) fn child(module: &[String], name: String) -> Path {
    module.iter().cloned().chain([name]).collect()
}

fn word(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(_) => String::new(),
        token => token.to_string(),
    }
}

/// Skips `::`, and returns whether it was there.
fn skip_colons(tokens: &mut Tokens) -> bool {
    let mut colons = 0;
    while colons < 2 && tokens.next_if(|token| word(token) == ":").is_some() {
        colons += 1;
    }
    colons == 2
}

#[test]
fn paths_of_every_form_then_absolute() {
    let text = "
        //! Not `crate::comment`.
        use super::{self, sibling::{Item, deep::*}, super::Far as Near};
        use std::fmt;
        pub(in crate::a) fn f() -> crate::maas::Client { g(\"crate::text\", self::own::h(), <super::X as T>::y()) }
        /// Nor `super::doc`.
        mod inner { use super::super::other; macro!(name::mac::m); }
    ";
    let source = read(text, &["a".to_owned(), "b".to_owned()], "name");
    let references: Vec<_> =
        source.references.iter().map(|(from, to)| format!("{} > {}", from.join("."), to.join("."))).collect();
    assert_eq!(
        references,
        [
            "a.b > a",
            "a.b > a.sibling.Item",
            "a.b > a.sibling.deep",
            "a.b > Far",
            "a.b > a.b.std.fmt",
            "a.b > maas.Client",
            "a.b > a.b.own.h",
            "a.b > a.X",
            "a.b.inner > a.other",
            "a.b.inner > mac.m",
        ]
    );
    let path = |text: &str| text.split('.').map(str::to_owned).collect::<Path>();
    assert!(source.aliases.contains(&(path("a.b.Near"), path("Far"))), "{:?}", source.aliases);
    assert_eq!(source.modules, [path("a.b"), path("a.b.inner")]);
}
