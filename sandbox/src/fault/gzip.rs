//! Bodies compressed with gzip, honestly and otherwise.

use std::io::{self, Write};

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderValue,
        header::{CONTENT_ENCODING, CONTENT_LENGTH},
    },
    response::Response,
};
use flate2::{Compress, Compression, Crc, FlushCompress, write::GzEncoder};

const MEBIBYTE: usize = 1024 * 1024;

/// The start of a gzip file that tells nothing of itself: no name, no time, an unknown system (RFC 1952, section 2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A block of nothing that says it is the last one (RFC 1951, section 3.2.3).
const LAST_BLOCK: [u8; 2] = [3, 0];

/// The same answer, compressed.
pub(super) async fn compressed(answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let small = compress(&whole).expect("memory to write to");
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(small.len()));
    Response::from_parts(head, Body::from(small))
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// A gzip file of that many MiB of spaces. A single MiB is compressed, to about a thousandth, and then repeated: blocks
/// that begin afresh may stand in a file as often as one likes.
pub(super) fn bomb(mebibytes: u32) -> Vec<u8> {
    let spaces = vec![b' '; MEBIBYTE];
    let mut block = Vec::with_capacity(MEBIBYTE);
    let compressed = Compress::new(Compression::best(), false).compress_vec(&spaces, &mut block, FlushCompress::Full);
    compressed.expect("spaces can be compressed");

    let (mut sum, mut one) = (Crc::new(), Crc::new());
    one.update(&spaces);
    let mut file = HEADER.to_vec();
    for _ in 0..mebibytes {
        file.extend(&block);
        sum.combine(&one);
    }
    file.extend(LAST_BLOCK);
    file.extend(sum.sum().to_le_bytes());
    file.extend(sum.amount().to_le_bytes());
    file
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn inflated(bytes: &[u8]) -> Vec<u8> {
        let mut whole = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut whole).expect("a gzip file with the right checksum");
        whole
    }

    #[test]
    fn bomb_of_some_mebibytes_then_a_valid_file_of_that_many_that_is_small_itself() {
        for mebibytes in [0, 1, 3] {
            let bomb = bomb(mebibytes);
            let whole = inflated(&bomb);
            assert_eq!(whole.len(), mebibytes as usize * MEBIBYTE);
            assert!(whole.iter().all(|byte| *byte == b' '));
            assert!(bomb.len() <= 20 + 2_000 * mebibytes as usize, "{}", bomb.len());
        }
    }

    #[test]
    fn bomb_of_a_gibibyte_then_still_small() {
        assert!(bomb(1_024).len() < 2 * MEBIBYTE);
    }

    #[tokio::test]
    async fn answer_compressed_then_it_says_so_and_inflates_to_what_it_was() {
        let answer = compressed(Response::new(Body::from("hello"))).await;
        let declared = answer.headers()[CONTENT_LENGTH].clone();
        assert_eq!(answer.headers()[CONTENT_ENCODING], "gzip");
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("whole");
        assert_eq!(declared, body.len().to_string());
        assert_eq!(inflated(&body), b"hello");
    }
}
