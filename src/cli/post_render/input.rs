//! The manifests that come in, whole and in memory.

use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result};
use memmap2::{MmapMut, MmapOptions};

/// Room for a stream of unknown length. Memory is taken only for what is read.
const ROOM: usize = 64 << 20;
/// Room is a multiple of a huge page.
const PAGE: usize = 2 << 20;

/// A stream in memory of its own: a mapping can have huge pages. Page by page the kernel takes longer to hand the memory
/// out than to read a file into it.
pub(super) struct Input {
    memory: MmapMut,
    length: usize,
}

impl Input {
    /// Reads a file, or standard input.
    pub(super) fn read(path: Option<&Path>) -> Result<Self> {
        match path {
            Some(path) => {
                let describe = || format!("cannot read {}", path.display());
                let file = std::fs::File::open(path).with_context(describe)?;
                let length = file.metadata().map_or(0, |data| data.len());
                // One byte more, so that the end is found without more room.
                let room = usize::try_from(length).unwrap_or(0).saturating_add(1);
                Self::of(file, room).with_context(describe)
            }
            None => Self::of(std::io::stdin().lock(), ROOM).context("cannot read standard input"),
        }
    }

    fn of(mut from: impl Read, room: usize) -> std::io::Result<Self> {
        let mut input = Self { memory: memory(room)?, length: 0 };
        loop {
            if input.length == input.memory.len() {
                input.grow()?;
            }
            match from.read(&mut input.memory[input.length..]) {
                Ok(0) => return Ok(input),
                Ok(count) => input.length += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn grow(&mut self) -> std::io::Result<()> {
        let mut larger = memory(self.memory.len().saturating_mul(2))?;
        larger[..self.length].copy_from_slice(&self.memory);
        self.memory = larger;
        Ok(())
    }

    /// What was read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

fn memory(room: usize) -> std::io::Result<MmapMut> {
    let room = room.checked_next_multiple_of(PAGE).unwrap_or(room);
    let memory = MmapOptions::new().len(room).map_anon()?;
    #[cfg(target_os = "linux")]
    // It is only advice: where there are no huge pages, others do.
    memory.advise(memmap2::Advice::HugePage).ok();
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows() {
        let text: Vec<u8> = (0..1_600_000_u32).flat_map(u32::to_le_bytes).collect();
        for room in [1, PAGE, 2 * PAGE, text.len(), text.len() + 1] {
            assert_eq!(Input::of(text.as_slice(), room).expect("reads").bytes(), text, "{room}");
        }
        assert_eq!(Input::of(std::io::empty(), 1).expect("reads").bytes(), b"");
    }

    #[test]
    fn a_fault_of_the_reader_is_a_fault() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
        }
        assert!(Input::of(Broken, 10).is_err());
    }
}
