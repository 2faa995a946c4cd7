//! What a browser calls itself, in words that people know.

/// Browser, system and icon; empty words for what nobody knows.
pub struct Device {
    pub browser: &'static str,
    pub system: &'static str,
    pub icon: &'static str,
}

/// A guess by `User-Agent`; the more particular names stand first, for others carry theirs too.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
];
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("iPhone", "iPhone", "phone"),
    ("iPad", "iPad", "phone"),
    ("Android", "Android", "phone"),
    ("Windows", "Windows", "laptop"),
    ("Macintosh", "macOS", "laptop"),
    ("CrOS", "ChromeOS", "laptop"),
    ("Linux", "Linux", "laptop"),
];

impl Device {
    pub fn of(user_agent: Option<&str>) -> Self {
        let said = user_agent.unwrap_or_default();
        let browser = BROWSERS.iter().find(|(mark, _)| said.contains(mark)).map_or("", |(_, name)| name);
        let (system, icon) = SYSTEMS.iter().find(|(mark, ..)| said.contains(mark)).map_or(("", "laptop"), |(_, name, icon)| (*name, *icon));
        Self { browser, system, icon }
    }
}

#[cfg(test)]
mod tests {
    use super::Device;

    #[test]
    fn browsers_are_known_by_what_they_call_themselves() {
        for (said, browser, system) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Safari/537.36 Edg/125.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile Safari/604.1",
                "Safari",
                "iPhone",
            ),
            ("<script>", "", ""),
        ] {
            let device = Device::of(Some(said));
            assert_eq!((device.browser, device.system), (browser, system), "{said}");
        }
    }
}
