//! From a path to what stands there: one tree of segments, made once.

use std::collections::HashMap;

use http::Method;

use super::Route;
use crate::endpoint::{Base, Endpoint};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What answers there.
    pub endpoint: Endpoint,
    /// The dialect's route, where it has one.
    pub route: Option<usize>,
    /// The path as the table of endpoints has it, with the names of its parameters.
    pub pattern: &'static str,
}

/// What a request's path and method find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'m> {
    /// Path and method fit.
    Here(Standing),
    /// The path is there, for other methods.
    OtherMethod(OtherMethod<'m>),
    /// No endpoint has this path.
    Nothing,
}

/// The path is there, for these methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMethod<'m>(&'m [(Vec<Method>, Standing)]);

/// Paths of one base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteMap(Node);

#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    here: Vec<(Vec<Method>, Standing)>,
    named: HashMap<Box<str>, Node>,
    any: Option<Box<Node>>,
}

impl RouteMap {
    /// Every endpoint of a base, where the table has it.
    pub fn of(base: Base) -> Self {
        let mut map = Self::default();
        Endpoint::of(base).for_each(|endpoint| map.add_standard(endpoint));
        map
    }

    /// A realm's: the dialect's routes, and all that no dialect puts elsewhere.
    pub(super) fn of_dialect(routes: &[Route]) -> Self {
        let mut map = Self::default();
        for (index, route) in routes.iter().enumerate() {
            map.add(&route.path, route.methods.clone(), Standing { endpoint: route.endpoint, route: Some(index), pattern: "" });
        }
        Endpoint::of(Base::Realm).filter(|endpoint| !endpoint.is_operation()).for_each(|endpoint| map.add_standard(endpoint));
        map
    }

    /// HEAD reads what GET reads (RFC 9110 §9.3.2); but where GET makes a token there is nothing to read.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let here = path.strip_prefix('/').and_then(|path| self.0.find(path));
        let Some(here) = here else { return Found::Nothing };
        let (head, method) = if *method == Method::HEAD { (true, &Method::GET) } else { (false, method) };
        match here.iter().find(|(methods, standing)| methods.contains(method) && !(head && standing.endpoint == Endpoint::Token)) {
            Some((_, standing)) => Found::Here(*standing),
            None => Found::OtherMethod(OtherMethod(here)),
        }
    }

    fn add_standard(&mut self, endpoint: Endpoint) {
        for pattern in endpoint.policy().paths {
            self.add(pattern, endpoint.policy().methods.to_vec(), Standing { endpoint, route: None, pattern });
        }
    }

    fn add(&mut self, path: &str, methods: Vec<Method>, standing: Standing) {
        let node = path.split('/').skip(1).fold(&mut self.0, |node, segment| match is_parameter(segment) {
            true => node.any.get_or_insert_default(),
            false => node.named.entry(segment.into()).or_default(),
        });
        node.here.push((methods, standing));
    }
}

impl Node {
    /// A named segment first: `new` is no id.
    fn find(&self, path: &str) -> Option<&[(Vec<Method>, Standing)]> {
        let (segment, rest) = match path.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (path, None),
        };
        self.named
            .get(segment)
            .and_then(|node| node.end(rest))
            .or_else(|| self.any.as_deref().filter(|_| !segment.is_empty()).and_then(|node| node.end(rest)))
    }

    fn end(&self, rest: Option<&str>) -> Option<&[(Vec<Method>, Standing)]> {
        match rest {
            Some(rest) => self.find(rest),
            None => Some(self.here.as_slice()).filter(|here| !here.is_empty()),
        }
    }
}

impl OtherMethod<'_> {
    /// For the `Allow` header.
    pub fn allowed(&self) -> impl Iterator<Item = &Method> {
        self.0.iter().flat_map(|(methods, _)| methods)
    }

    /// Everything that stands at the path.
    pub fn standings(&self) -> impl Iterator<Item = Standing> {
        self.0.iter().map(|(_, standing)| *standing)
    }
}

/// The segment that stands where `pattern` has `{name}`, as it was sent.
pub fn path_parameter<'p>(pattern: &str, path: &'p str, name: &str) -> Option<&'p str> {
    let named = |segment: &str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name);
    pattern.split('/').zip(path.split('/')).find(|(segment, _)| named(segment)).map(|(_, sent)| sent)
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(paths: &[(&'static str, &[Method])]) -> RouteMap {
        let mut map = RouteMap::default();
        for (pattern, methods) in paths {
            map.add(pattern, methods.to_vec(), Standing { endpoint: Endpoint::AccountToken, route: None, pattern });
        }
        map
    }

    fn found(map: &RouteMap, path: &str) -> Option<&'static str> {
        match map.find(&Method::GET, path) {
            Found::Here(standing) => Some(standing.pattern),
            _ => None,
        }
    }

    #[test]
    fn a_parameter_is_one_segment_and_a_name_comes_first() {
        let get = &[Method::GET][..];
        let map = map(&[("/a", get), ("/a/{id}", get), ("/a/new", get), ("/a/{id}/b", get), ("/a/{id}/b/{other}", get), ("/a/new/c", get)]);
        for (path, pattern) in [
            ("/a", "/a"),
            ("/a/7", "/a/{id}"),
            ("/a/new", "/a/new"),
            ("/a/7/b", "/a/{id}/b"),
            ("/a/new/b", "/a/{id}/b"),
            ("/a/7/b/8", "/a/{id}/b/{other}"),
        ] {
            assert_eq!(found(&map, path), Some(pattern), "{path}");
        }
        for path in ["", "/", "a", "/a/", "//a", "/a//b", "/a/7/", "/a/7/c", "/a/7/b/8/9", "/A"] {
            assert_eq!(found(&map, path), None, "{path}");
        }
        assert_eq!(path_parameter("/a/{id}/b/{other}", "/a/7/b/8", "other"), Some("8"));
        assert_eq!(path_parameter("/a/{id}", "/a/7", "other"), None);
    }

    #[test]
    fn another_method_is_told_which_ones_fit() {
        let map = map(&[("/a", &[Method::GET]), ("/a", &[Method::POST])]);
        assert!(matches!(map.find(&Method::HEAD, "/a"), Found::Here(_)));
        let Found::OtherMethod(other) = map.find(&Method::PUT, "/a") else { panic!("no route takes PUT") };
        assert_eq!(other.allowed().collect::<Vec<_>>(), [Method::GET, Method::POST]);
    }

    /// One method of one path has one meaning, in each map that a request may be looked up in.
    #[test]
    fn no_two_endpoints_stand_at_one_place() {
        fn check(node: &Node) {
            let methods: Vec<_> = node.here.iter().flat_map(|(methods, _)| methods).collect();
            assert!(methods.iter().enumerate().all(|(index, method)| !methods[..index].contains(method)), "{:?}", node.here);
            node.named.values().chain(node.any.as_deref()).for_each(check);
        }
        for name in super::super::Dialect::BUILT_IN {
            check(&super::super::Dialect::built_in(name).unwrap().map.0);
        }
        [Base::Server, Base::Admin].into_iter().for_each(|base| check(&RouteMap::of(base).0));
    }
}
