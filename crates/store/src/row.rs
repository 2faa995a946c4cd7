//! Reading a row: columns in order, each checked as it is taken. A row that does not fit its
//! noun is an error that names both, never a guess.

use jeton_oauth::{Scope, Seconds, Timestamp};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{StoreError, word::Word};

/// A row of whichever engine.
pub(crate) trait Columns {
    fn column(&self, index: usize) -> Result<Column<'_>, StoreError>;
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    Bytes(&'r [u8]),
}

/// Takes the columns of a row one after the other, in the order of the select list.
pub(crate) struct Fields<'r> {
    row: &'r dyn Columns,
    noun: &'static str,
    next: usize,
}

impl<'r> Fields<'r> {
    pub fn new(row: &'r dyn Columns, noun: &'static str) -> Self {
        Self { row, noun, next: 0 }
    }

    /// Whether the next column is null; it stays the next. For the far side of an outer join.
    pub fn is_null(&self) -> Result<bool, StoreError> {
        Ok(matches!(self.row.column(self.next)?, Column::Null))
    }

    pub fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    pub fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.take()? {
            Column::Int(number) => Ok(Some(number)),
            Column::Null => Ok(None),
            _ => self.unreadable("expected a number"),
        }
    }

    pub fn int(&mut self) -> Result<i64, StoreError> {
        let value = self.opt_int()?;
        self.present(value)
    }

    pub fn opt_seconds(&mut self) -> Result<Option<Seconds>, StoreError> {
        match self.opt_int()?.map(u32::try_from) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(Some(Seconds(seconds))),
            Some(Err(_)) => self.unreadable("a length of time is out of range"),
        }
    }

    pub fn u32(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.int()?).or_else(|_| self.unreadable("a number is out of range"))
    }

    pub fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    pub fn opt_flag(&mut self) -> Result<Option<bool>, StoreError> {
        Ok(self.opt_int()?.map(|number| number != 0))
    }

    pub fn opt_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int()?.map(Timestamp::from_millis))
    }

    pub fn time(&mut self) -> Result<Timestamp, StoreError> {
        self.int().map(Timestamp::from_millis)
    }

    pub fn opt_text(&mut self) -> Result<Option<&'r str>, StoreError> {
        match self.take()? {
            Column::Text(text) => Ok(Some(text)),
            Column::Null => Ok(None),
            _ => self.unreadable("expected text"),
        }
    }

    pub fn text(&mut self) -> Result<&'r str, StoreError> {
        let value = self.opt_text()?;
        self.present(value)
    }

    pub fn opt_string(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text()?.map(str::to_owned))
    }

    pub fn string(&mut self) -> Result<String, StoreError> {
        self.text().map(str::to_owned)
    }

    pub fn opt_blob(&mut self) -> Result<Option<&'r [u8]>, StoreError> {
        match self.take()? {
            Column::Bytes(bytes) => Ok(Some(bytes)),
            Column::Null => Ok(None),
            _ => self.unreadable("expected bytes"),
        }
    }

    pub fn blob(&mut self) -> Result<&'r [u8], StoreError> {
        let value = self.opt_blob()?;
        self.present(value)
    }

    pub fn opt_bytes<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        match self.opt_blob()?.map(<[u8; N]>::try_from) {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(_)) => self.unreadable("bytes of another length than expected"),
        }
    }

    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let value = self.opt_bytes()?;
        self.present(value)
    }

    pub fn opt_id<T>(&mut self, id: impl FnOnce(Uuid) -> T) -> Result<Option<T>, StoreError> {
        Ok(self.opt_bytes()?.map(|bytes| id(Uuid::from_bytes(bytes))))
    }

    pub fn id<T>(&mut self, id: impl FnOnce(Uuid) -> T) -> Result<T, StoreError> {
        Ok(id(Uuid::from_bytes(self.bytes()?)))
    }

    pub fn opt_scope(&mut self) -> Result<Option<Scope>, StoreError> {
        match self.opt_text()?.map(Scope::parse) {
            None => Ok(None),
            Some(Ok(scope)) => Ok(Some(scope)),
            Some(Err(_)) => self.unreadable("expected a scope"),
        }
    }

    pub fn scope(&mut self) -> Result<Scope, StoreError> {
        let value = self.opt_scope()?;
        self.present(value)
    }

    pub fn opt_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        match self.opt_text()?.map(serde_json::from_str) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(error)) => self.unreadable(&error.to_string()),
        }
    }

    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let value = self.opt_json()?;
        self.present(value)
    }

    pub fn opt_word<T: Word>(&mut self) -> Result<Option<T>, StoreError> {
        match self.opt_text()?.map(T::read) {
            None => Ok(None),
            Some(Some(word)) => Ok(Some(word)),
            Some(None) => self.unreadable("an unknown word"),
        }
    }

    pub fn word<T: Word>(&mut self) -> Result<T, StoreError> {
        let value = self.opt_word()?;
        self.present(value)
    }

    /// An error about the column taken last.
    pub fn unreadable<T>(&self, detail: &str) -> Result<T, StoreError> {
        Err(StoreError::Unreadable { noun: self.noun, detail: format!("column {}: {detail}", self.next) })
    }

    fn take(&mut self) -> Result<Column<'r>, StoreError> {
        let column = self.row.column(self.next)?;
        self.next += 1;
        Ok(column)
    }

    fn present<T>(&self, value: Option<T>) -> Result<T, StoreError> {
        value.map_or_else(|| self.unreadable("nothing where something must be"), Ok)
    }
}
