//! One HTTP request, built in a line and sent to the router.

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use jeton_server::listener::Peer;
use serde_json::Value;
use tower::ServiceExt;

pub struct Call {
    router: axum::Router,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    peer: Option<Peer>,
}

impl Call {
    pub fn new(router: axum::Router, method: Method, path: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
        Self { router, method, path: path.into(), headers, body: Vec::new(), peer: None }.peer("127.0.0.1")
    }

    /// Adds a header; one of the same name stays.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        self
    }

    /// By a connection from this address.
    pub fn peer(mut self, address: &str) -> Self {
        self.peer = Some(Peer { address: (address.parse::<std::net::IpAddr>().unwrap(), 4711).into(), tls: false });
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        self.headers.insert(header::HOST, HeaderValue::try_from(host).unwrap());
        self
    }

    /// Takes a header away.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// `Authorization: Basic`, form-encoded first as RFC 6749 §2.3.1 says.
    pub fn basic(self, id: &str, secret: &str) -> Self {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let value = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret))));
        self.header("authorization", &value)
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As a browser sends the form of one of our own pages.
    pub fn sent_by_our_page(self) -> Self {
        self.header("sec-fetch-site", "same-origin")
    }

    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.body("application/x-www-form-urlencoded", body.as_bytes())
    }

    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string().as_bytes())
    }

    pub fn body(mut self, media_type: &str, bytes: &[u8]) -> Self {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::try_from(media_type).unwrap());
        self.body = bytes.to_vec();
        self
    }

    /// A request that was written elsewhere.
    pub fn written(router: axum::Router, request: Request<Vec<u8>>) -> Self {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut call = Self::new(router, parts.method, path);
        call.headers.extend(parts.headers);
        Self { body, ..call }
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path).body(Body::from(self.body)).unwrap();
        *request.headers_mut() = self.headers;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The redirect's target.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header("location").unwrap()
    }

    /// As a reader of transcripts takes it.
    pub fn into_response(self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// A page's text, without what is encrypted or sealed in its forms: no two are alike.
    pub fn page_text(&self) -> String {
        ["csrf", "again"].into_iter().fold(self.text(), |text, name| {
            let start = format!("name=\"{name}\" value=\"");
            let mut parts = text.split(&start);
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
        })
    }

    /// Whether `text` stands anywhere in the answer.
    pub fn repeats(&self, text: &str) -> bool {
        self.text().contains(text) || self.headers.values().any(|value| String::from_utf8_lossy(value.as_bytes()).contains(text))
    }

    /// A member of the JSON body that is text.
    #[track_caller]
    pub fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text())).to_owned()
    }

    /// Asserts an OAuth refusal of this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.json()["error"].as_str()), (status, Some(code)), "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }
}
