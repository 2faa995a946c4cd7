//! The forms of an HTML page, read tolerantly: enough to sign in and to consent.

mod markup;

use markup::tag;

/// One `<form>` with the controls that a browser would send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub id: String,
    pub action: String,
    pub method: String,
    pub inputs: Vec<Input>,
    pub buttons: Vec<Input>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    pub kind: String,
    pub name: String,
    pub value: String,
    pub checked: bool,
}

impl Form {
    pub fn has_password(&self) -> bool {
        self.inputs.iter().any(|input| input.kind == "password")
    }

    /// The fields that sign in: what the page preset, with user name and password filled in.
    pub fn signed_in_as(&self, username: &str, password: &str) -> Vec<(String, String)> {
        let user = self.inputs.iter().position(|input| matches!(input.kind.as_str(), "text" | "email" | ""));
        let filled = self.inputs.iter().enumerate().filter_map(|(at, input)| match input.kind.as_str() {
            "password" => Some((input.name.clone(), password.to_owned())),
            _ if Some(at) == user => Some((input.name.clone(), username.to_owned())),
            _ => preset(input),
        });
        filled.chain(self.buttons.first().and_then(preset)).collect()
    }

    /// The fields that approve, and remember it where the page asks.
    pub fn approved(&self) -> Vec<(String, String)> {
        let remembered = |input: &Input| input.kind == "checkbox" && input.name.contains("remember");
        let fields = self.inputs.iter().filter_map(|input| match remembered(input) {
            true => Some((input.name.clone(), on(input))),
            false => preset(input),
        });
        fields.chain(self.approving_button().and_then(preset)).collect()
    }

    pub fn approves(&self) -> bool {
        self.approving_button().is_some()
    }

    fn approving_button(&self) -> Option<&Input> {
        let approving = |button: &&Input| {
            let says = format!("{} {}", button.name, button.value).to_lowercase();
            ["approve", "allow", "accept", "grant", "consent", "continue", "yes"].iter().any(|word| says.contains(word))
                && !["deny", "disallow", "cancel", "reject"].iter().any(|word| button.value.to_lowercase().contains(word))
        };
        self.buttons.iter().find(approving).or(match self.buttons.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }
}

/// What an untouched control sends.
fn preset(input: &Input) -> Option<(String, String)> {
    let sent = match input.kind.as_str() {
        "checkbox" | "radio" => input.checked,
        _ => true,
    };
    let value = if input.kind == "checkbox" { on(input) } else { input.value.clone() };
    (sent && !input.name.is_empty()).then(|| (input.name.clone(), value))
}

fn on(input: &Input) -> String {
    if input.value.is_empty() { "on".to_owned() } else { input.value.clone() }
}

/// Every form of `html`, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        let (name, attributes, after) = tag(rest);
        rest = after;
        let attribute = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        match name.as_str() {
            "form" => {
                open = true;
                forms.push(Form {
                    id: attribute("id").unwrap_or_default(),
                    action: attribute("action").unwrap_or_default(),
                    method: attribute("method").unwrap_or_default().to_lowercase(),
                    ..Form::default()
                });
            }
            "/form" => open = false,
            "input" | "button" => {
                let input = Input {
                    kind: attribute("type").unwrap_or_default().to_lowercase(),
                    name: attribute("name").unwrap_or_default(),
                    value: attribute("value").unwrap_or_default(),
                    checked: attribute("checked").is_some(),
                };
                // A control may stand outside the form that it names.
                let form = match attribute("form") {
                    Some(id) => forms.iter_mut().find(|form| form.id == id),
                    None => forms.last_mut().filter(|_| open),
                };
                let Some(form) = form else {
                    continue;
                };
                match (name.as_str(), input.kind.as_str()) {
                    ("button", "reset" | "button") | (_, "reset") => {}
                    ("button", _) | (_, "submit") => form.buttons.push(input),
                    _ => form.inputs.push(input),
                }
            }
            _ => {}
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGN_IN: &str = r#"<!doctype html><!-- <form action="/no"> -->
        <form id=search action=/search><input name=q></form>
        <FORM method='POST' action="/login?a=1&amp;b=&#x2F;">
          <input type="hidden" name="csrf" value="x&quot;y"/>
          <input type=text name=username autofocus>
          <input type="password" name="password" required>
          <input type=checkbox name=stay>
          <button name="do" value="sign-in">Sign in</button>
        </FORM>"#;

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_sign_in_form_is_found_among_others_and_filled() {
        let forms = forms(SIGN_IN);
        assert_eq!(forms.len(), 2);
        let form = forms.iter().find(|form| form.has_password()).unwrap();
        assert_eq!((form.method.as_str(), form.action.as_str()), ("post", "/login?a=1&b=/"));
        assert_eq!(
            form.signed_in_as("ann", "pass word"),
            owned(&[("csrf", "x\"y"), ("username", "ann"), ("password", "pass word"), ("do", "sign-in")])
        );
    }

    #[test]
    fn consent_presses_the_approving_button_and_remembers() {
        let page = r#"<form method=post><input type=hidden name=t value=1>
            <input type=checkbox name=scope value=read checked><input type=checkbox name=scope value=write>
            <input type=checkbox name=remember>
            <button name=decision value=deny>No</button><button name=decision value=approve>Yes</button></form>"#;
        let form = &forms(page)[0];
        assert!(form.approves());
        assert_eq!(form.approved(), owned(&[("t", "1"), ("scope", "read"), ("remember", "on"), ("decision", "approve")]));
    }

    #[test]
    fn a_button_may_stand_outside_its_form() {
        let page = r#"<form id=a method=post><input type=hidden name=t value=1></form><form id=b></form>
            <button form=a name=decision value=deny>Deny</button><button form=a name=decision value=allow>Allow</button>"#;
        assert_eq!(forms(page)[0].approved(), owned(&[("t", "1"), ("decision", "allow")]));
        assert!(forms(page)[1].buttons.is_empty());
    }

    #[test]
    fn broken_markup_ends() {
        for html in ["<", "<form", "<form a=\"", "<input = = >", "<form><input name='x", "<!--", "<form ==é>"] {
            let _ = forms(html);
        }
    }
}
