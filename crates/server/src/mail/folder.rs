//! Letters as files, one each: for whoever has no mail server, and for the demo, which shows them.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use jeton_oauth::{MailId, Timestamp};

use super::Letter;

/// A letter that was written to the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// When its file was made, in milliseconds.
    pub at: i64,
}

/// Bytes of a file that are read again.
const LARGEST: u64 = 256 * 1024;

/// Writes a letter: named by its id, so that writing twice is writing once, and sorted by time. As
/// RFC 6532 has it, nothing in it is encoded: links stay whole.
///
/// # Errors
/// When the folder cannot be made or written.
pub fn write(folder: &Path, id: MailId, letter: &Letter, now: Timestamp) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let boundary = format!("=_{id}");
    let date = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    let date = jiff::fmt::rfc2822::to_string(&date.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
    let Letter { to, from, subject, text, html } = letter;
    let part = |kind: &str, body: &str| {
        format!("--{boundary}\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}\n", body.trim_end())
    };
    let name: String = from.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    let whole = format!(
        "Date: {date}\nFrom: \"{name}\" <no-reply@localhost>\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@localhost>\nMIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n{}{}--{boundary}--\n",
        part("text/plain", text),
        part("text/html", html),
    );
    let (half, path) = (folder.join(format!(".{id}.half")), folder.join(format!("{id}.eml")));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(whole.as_bytes())?;
    file.sync_all()?;
    fs::rename(half, path)
}

/// Deletes letters of before `before`, and what was left half written then.
///
/// # Errors
/// When the folder cannot be read; what cannot be deleted stays.
pub fn leave(folder: &Path, before: Timestamp) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
        let half = name.strip_prefix('.').and_then(|name| name.strip_suffix(".half")?.parse().ok());
        let born = id_of(&name).or(half).and_then(|id| jeton_oauth::ids::born_at(id.0));
        if born.is_some_and(|born| born < before)
            && let Err(error) = fs::remove_file(folder.join(&name))
        {
            tracing::warn!("an old letter stays: {}: {error}", folder.join(&name).display());
        }
    }
    Ok(())
}

/// The newest letters of a folder, the newest first; what is not ours is left out.
pub fn kept(folder: &Path, most: usize) -> Vec<Kept> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| id_of(name).is_some());
    names.sort_unstable_by(|one, other| other.cmp(one));
    names.iter().filter_map(|name| read(&folder.join(name), name)).take(most).collect()
}

fn read(path: &Path, name: &str) -> Option<Kept> {
    let mut whole = String::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_string(&mut whole).ok()?;
    let (head, body) = whole.split_once("\n\n")?;
    let header = |name: &str| head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()));
    let boundary = head.split("boundary=\"").nth(1)?.split('"').next()?;
    let first = body.split(&format!("--{boundary}")).nth(1)?;
    let (_, text) = first.split_once("\n\n")?;
    let at = jeton_oauth::ids::born_at(id_of(name)?.0).map_or(0, Timestamp::as_millis);
    Some(Kept { to: header("To")?, subject: header("Subject")?, text: text.trim_end().to_owned(), at })
}

/// The letter that a file of ours holds.
fn id_of(name: &str) -> Option<MailId> {
    name.strip_suffix(".eml")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRng;

    fn letter(text: &str) -> Letter {
        Letter {
            to: "ann@example.com".into(),
            from: "Ac\"me".into(),
            subject: "Grüße".into(),
            text: text.into(),
            html: "<p>--not a boundary</p>".into(),
        }
    }

    #[test]
    fn a_letter_is_read_as_it_was_written_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("mail");
        let link = format!("https://auth.example.com/reset-password?token={}", "x".repeat(400));
        for (at, text) in [(1_000, "first"), (2_000, link.as_str())] {
            let now = Timestamp::from_millis(at);
            let id = MailId::new(now, &mut SystemRng);
            write(&folder, id, &letter(text), now).unwrap();
            write(&folder, id, &letter(text), now).unwrap();
        }
        fs::write(folder.join("strange.eml"), "no letter").unwrap();
        let kept = kept(&folder, 10);
        assert_eq!(kept.iter().map(|one| (one.text.as_str(), one.at)).collect::<Vec<_>>(), [(link.as_str(), 2_000), ("first", 1_000)]);
        assert_eq!((kept[0].to.as_str(), kept[0].subject.as_str()), ("ann@example.com", "Grüße"));
        assert_eq!(super::kept(&folder, 1).len(), 1);
    }

    #[test]
    fn old_letters_leave_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("mail");
        leave(&folder, Timestamp::from_millis(1_000)).unwrap();
        let made = |at| {
            let id = MailId::new(Timestamp::from_millis(at), &mut SystemRng);
            write(&folder, id, &letter("x"), Timestamp::from_millis(at)).unwrap();
            id
        };
        let (old, kept) = (made(999), made(1_000));
        for name in [format!(".{old}.half"), "strange.eml".to_owned(), "note".to_owned()] {
            fs::write(folder.join(name), "").unwrap();
        }
        leave(&folder, Timestamp::from_millis(1_000)).unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let mut expected = vec![format!("{kept}.eml"), "note".to_owned(), "strange.eml".to_owned()];
        expected.sort();
        assert_eq!(names, expected);
    }

    #[test]
    fn nobody_else_reads_the_letters() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("mail");
        let id = MailId::new(Timestamp::from_millis(1), &mut SystemRng);
        write(&folder, id, &letter("x"), Timestamp::from_millis(1)).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(folder.join(format!("{id}.eml"))).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
