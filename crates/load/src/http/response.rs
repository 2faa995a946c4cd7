//! Where an answer ends and what it says: status, framing, body. RFC 9112 §6.

/// One whole answer, borrowed from its connection.
#[derive(Debug)]
pub struct Response<'a> {
    pub status: u16,
    head: &'a [u8],
    pub body: &'a [u8],
}

impl<'a> Response<'a> {
    pub fn new(status: u16, head: &'a [u8], body: &'a [u8]) -> Self {
        Self { status, head, body }
    }

    /// The first header called `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        lines(self.head).filter_map(move |line| value_of(line, name))
    }
}

/// What the head says about the rest.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    /// Octets of the head, its empty line included.
    pub length: usize,
    pub framing: Framing,
    /// The server will close after this answer.
    pub close: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

/// The head at the start of `bytes`, or `None` while it is incomplete.
pub fn parse_head(bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = &bytes[..end + 2];
    let status = head
        .strip_prefix(b"HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
        .ok_or(Malformed("the status line is not HTTP/1.x"))?;
    let mut framing = if matches!(status, 100..=199 | 204 | 304) { Framing::Length(0) } else { Framing::UntilClose };
    let mut close = head.starts_with(b"HTTP/1.0");
    for line in lines(head) {
        // Most headers start with neither letter: skip them cheaply.
        if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T')) {
            continue;
        }
        if let Some(value) = value_of(line, "content-length") {
            let length = value.parse().map_err(|_| Malformed("Content-Length is not a number"))?;
            if framing == Framing::UntilClose {
                framing = Framing::Length(length);
            }
        } else if let Some(value) = value_of(line, "transfer-encoding") {
            if value.eq_ignore_ascii_case("chunked") {
                framing = Framing::Chunked;
            }
        } else if let Some(value) = value_of(line, "connection") {
            close = value.eq_ignore_ascii_case("close");
        }
    }
    Ok(Some(Head { status, length: end + 4, framing, close }))
}

/// Decodes chunks (RFC 9112 §7.1) into `body`; the octets consumed, or `None` while incomplete.
pub fn parse_chunks(bytes: &[u8], body: &mut Vec<u8>) -> Result<Option<usize>, Malformed> {
    body.clear();
    let mut at = 0;
    loop {
        let Some(line) = find(&bytes[at..], b"\r\n") else {
            return Ok(None);
        };
        let size = std::str::from_utf8(&bytes[at..at + line]).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| Malformed("a chunk's size is not hexadecimal"))?;
        at += line + 2;
        if size == 0 {
            return Ok(end_of_trailers(&bytes[at..]).map(|trailers| at + trailers));
        }
        let end = at.checked_add(size).ok_or(Malformed("a chunk's size is absurd"))?;
        let Some(chunk) = bytes.get(at..end) else {
            return Ok(None);
        };
        body.extend_from_slice(chunk);
        match bytes.get(end..end + 2) {
            None => return Ok(None),
            Some(b"\r\n") => at = end + 2,
            Some(_) => return Err(Malformed("a chunk does not end where it says")),
        }
    }
}

fn end_of_trailers(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"\r\n") {
        return Some(2);
    }
    find(bytes, b"\r\n\r\n").map(|end| end + 4)
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|&byte| byte == b'\n').skip(1).map(<[u8]>::trim_ascii_end)
}

fn value_of<'a>(line: &'a [u8], name: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(name.len())?;
    if !start.eq_ignore_ascii_case(name.as_bytes()) {
        return None;
    }
    std::str::from_utf8(rest.strip_prefix(b":")?).ok().map(str::trim)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|&byte| byte == needle[0])?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        parse_head(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_length_frames_the_body_whatever_its_letter_case() {
        let head = head("HTTP/1.1 200 OK\r\ncontent-LENGTH:  12\r\nX: y\r\n\r\nrest");
        assert_eq!((head.status, head.framing, head.close), (200, Framing::Length(12), false));
    }

    #[test]
    fn an_incomplete_head_waits() {
        assert_eq!(parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"), Ok(None));
        assert_eq!(parse_head(b""), Ok(None));
    }

    #[test]
    fn chunked_wins_over_a_length_and_close_is_seen() {
        let head = head("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\nConnection: Close\r\n\r\n");
        assert_eq!((head.framing, head.close), (Framing::Chunked, true));
    }

    #[test]
    fn no_content_has_no_body_even_without_a_length() {
        assert_eq!(head("HTTP/1.1 204 No Content\r\n\r\n").framing, Framing::Length(0));
    }

    #[test]
    fn without_framing_the_body_lasts_until_the_close() {
        assert_eq!(head("HTTP/1.1 200 OK\r\n\r\n").framing, Framing::UntilClose);
    }

    #[test]
    fn garbage_is_refused() {
        assert!(parse_head(b"SSH-2.0-x\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_joined_and_counted_with_extensions_and_trailers() {
        let mut body = Vec::new();
        let bytes = b"3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nNEXT";
        let used = parse_chunks(bytes, &mut body).unwrap().unwrap();
        assert_eq!(body, b"abc0123456789");
        assert_eq!(&bytes[used..], b"NEXT");
    }

    #[test]
    fn every_cut_of_a_chunked_body_waits_for_more() {
        let bytes = b"3\r\nabc\r\n0\r\n\r\n";
        for cut in 0..bytes.len() {
            assert_eq!(parse_chunks(&bytes[..cut], &mut Vec::new()), Ok(None), "cut at {cut}");
        }
    }

    #[test]
    fn a_chunk_that_lies_about_its_size_is_refused() {
        assert!(parse_chunks(b"2\r\nabc\r\n0\r\n\r\n", &mut Vec::new()).is_err());
        assert!(parse_chunks(b"zz\r\n", &mut Vec::new()).is_err());
    }

    #[test]
    fn headers_are_found_by_any_case_and_repeated_ones_in_order() {
        let response = Response::new(200, b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nLocation: /x\r\n", b"");
        assert_eq!(response.header("LOCATION"), Some("/x"));
        assert_eq!(response.headers("Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
