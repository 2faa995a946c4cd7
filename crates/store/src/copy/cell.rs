//! A value of a row, the same for each engine, and what is summed up of it.

use aws_lc_rs::digest::{Context, SHA256};
use uuid::Uuid;

use super::{Kind, Table};
use crate::{
    StoreError,
    row::{Column, Columns},
    statement::Value,
};

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// SQL's NULL; fits every kind of column.
    Null,
    /// A number, a time in milliseconds, or yes (1) or no (0).
    Int(i64),
    /// Text, JSON too.
    Text(String),
    /// Bytes of any length.
    Bytes(Vec<u8>),
    /// A row's name: 16 bytes in SQLite, a `uuid` in PostgreSQL.
    Id(Uuid),
}

/// The values of a row, in the order of its table's columns.
pub type Row = Vec<Cell>;

impl Cell {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Id(id) => Value::Id(*id),
        }
    }

    fn fits(&self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Null, _)
                | (Self::Int(_), Kind::Int)
                | (Self::Text(_), Kind::Text)
                | (Self::Bytes(_), Kind::Bytes)
                | (Self::Id(_), Kind::Id)
        )
    }
}

/// A row as an engine gives it.
pub(crate) fn read(table: &Table, row: &dyn Columns) -> Result<Row, StoreError> {
    let odd = |name: &str| StoreError::Unreadable {
        noun: "a table that is copied",
        detail: format!("{}.{name} holds another kind of value", table.name),
    };
    let cell = |(place, column): (usize, &super::Column)| {
        Ok(match (row.column(place)?, column.kind) {
            (Column::Null, _) => Cell::Null,
            (Column::Int(number), Kind::Int) => Cell::Int(number),
            (Column::Text(text), Kind::Text) => Cell::Text(text.to_owned()),
            (Column::Bytes(bytes), Kind::Bytes) => Cell::Bytes(bytes.to_vec()),
            (Column::Bytes(bytes), Kind::Id) => Cell::Id(Uuid::from_slice(bytes).map_err(|_| odd(&column.name))?),
            _ => return Err(odd(&column.name)),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// An engine would take some of what does not fit for something else.
pub(crate) fn check(table: &Table, rows: &[Row]) -> Result<(), StoreError> {
    let fits = |row: &Row| row.len() == table.columns.len() && row.iter().zip(&table.columns).all(|(cell, column)| cell.fits(column.kind));
    if rows.iter().all(fits) { Ok(()) } else { Err(StoreError::Unstorable("a row whose values do not fit the columns of its table")) }
}

/// The rows of a table in the order of its key, told in 32 bytes: SHA-256 over each value's kind,
/// length and bytes, the same whichever engine holds them.
pub(crate) struct Sum {
    context: Context,
    text: Vec<u8>,
    rows: u64,
}

impl Sum {
    pub fn new() -> Self {
        Self { context: Context::new(&SHA256), text: Vec::new(), rows: 0 }
    }

    pub fn add(&mut self, rows: &[Row]) {
        self.text.clear();
        for cell in rows.iter().flatten() {
            match cell {
                Cell::Null => self.text.push(0),
                Cell::Int(number) => self.put(1, &number.to_be_bytes()),
                Cell::Text(text) => self.put(2, text.as_bytes()),
                Cell::Bytes(bytes) => self.put(3, bytes),
                Cell::Id(id) => self.put(4, id.as_bytes()),
            }
        }
        self.context.update(&self.text);
        self.rows += rows.len() as u64;
    }

    fn put(&mut self, kind: u8, bytes: &[u8]) {
        self.text.push(kind);
        self.text.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.text.extend_from_slice(bytes);
    }

    /// How many rows, and their sum.
    pub fn finish(self) -> (u64, [u8; 32]) {
        let mut sum = [0; 32];
        sum.copy_from_slice(self.context.finish().as_ref());
        (self.rows, sum)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Cell, Sum, check};
    use crate::{StoreError, copy::table};

    fn sum(rows: &[Vec<Cell>]) -> [u8; 32] {
        let mut sum = Sum::new();
        rows.iter().for_each(|row| sum.add(std::slice::from_ref(row)));
        sum.finish().1
    }

    #[test]
    fn what_differs_sums_up_differently() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let sums = [
            sum(&[vec![text("ab"), text("c")]]),
            sum(&[vec![text("a"), text("bc")]]),
            sum(&[vec![text("abc"), Cell::Null]]),
            sum(&[vec![Cell::Null, text("abc")]]),
            sum(&[vec![Cell::Bytes(b"ab".to_vec()), text("c")]]),
            sum(&[vec![Cell::Int(0), Cell::Null]]),
            sum(&[vec![Cell::Null, Cell::Null]]),
        ];
        assert_eq!(sums.iter().collect::<std::collections::BTreeSet<_>>().len(), sums.len());
        assert_eq!(sum(&[vec![text("a")], vec![text("b")]]), sum(&[vec![text("a")], vec![text("b")]]));
    }

    #[test]
    fn a_row_that_does_not_fit_its_table_is_refused() {
        let numbers = table("user_numbers").unwrap();
        assert_eq!(check(numbers, &[vec![Cell::Id(Uuid::nil()), Cell::Int(1)]]), Ok(()));
        for row in [vec![Cell::Id(Uuid::nil())], vec![Cell::Int(1), Cell::Int(1)], vec![Cell::Bytes(vec![0; 16]), Cell::Int(1)]] {
            assert!(matches!(check(numbers, &[row]), Err(StoreError::Unstorable(_))));
        }
    }
}
