//! Requests as bytes made beforehand; only what changes is added per request.

use super::{Target, form};

/// A form POST whose last value changes from request to request.
#[derive(Clone, Debug)]
pub struct Post {
    head: Vec<u8>,
    form: Vec<u8>,
}

impl Post {
    /// `headers` are whole lines without their ends; `form` is already encoded.
    pub fn new(target: &Target, path: &str, headers: &[String], form: &str) -> Self {
        let mut head = head(target, "POST", path, headers);
        head.extend_from_slice(b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
        Self { head, form: form.as_bytes().to_vec() }
    }

    /// Writes the request into `out`; `last` is the value after the prepared form.
    pub fn render(&self, out: &mut Vec<u8>, last: &str) {
        out.clear();
        // The length precedes the body: encode the body at the end, then move nothing.
        let mut encoded = Vec::new();
        let plain = last.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        let last = if plain {
            last.as_bytes()
        } else {
            form::encode_into(&mut encoded, last);
            &encoded
        };
        out.extend_from_slice(&self.head);
        out.extend_from_slice((self.form.len() + last.len()).to_string().as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&self.form);
        out.extend_from_slice(last);
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.render(&mut out, "");
        out
    }
}

/// A whole GET request.
pub fn get(target: &Target, path: &str, headers: &[String]) -> Vec<u8> {
    let mut out = head(target, "GET", path, headers);
    out.extend_from_slice(b"\r\n");
    out
}

fn head(target: &Target, method: &str, path: &str, headers: &[String]) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", target.host).into_bytes();
    for header in headers {
        out.extend_from_slice(header.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_counts_the_encoded_value() {
        let target = Target { address: ([127, 0, 0, 1], 80).into(), host: "h".into() };
        let post = Post::new(&target, "/token", &["Accept: */*".into()], "code=");
        let mut out = Vec::new();
        post.render(&mut out, "a b");
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("POST /token HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n"));
        assert!(text.ends_with("Content-Length: 10\r\n\r\ncode=a%20b"), "{text}");
    }
}
