//! The ratios as a picture: a line for each cell, a mark for each peer. Right of the middle line
//! ours is faster. Text and lines have the colours of the page.

use std::fmt::Write;

use crate::figures;
use crate::markdown::peers_of;
use crate::peers::Peer;
use crate::run::Results;

const WIDTH: f64 = 360.0;
/// The plot lies between these.
const LEFT: f64 = 128.0;
const RIGHT: f64 = 350.0;
const TOP: f64 = 56.0;
const ROW: f64 = 20.0;
/// The scale is logarithmic: twice and half are as far from the middle line.
const LEAST: f64 = 0.5;
const MOST: f64 = 20.0;
const TICKS: [f64; 6] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0];

pub fn chart(results: &Results) -> String {
    let peers = peers_of(results);
    let cells: Vec<_> = results
        .cells
        .iter()
        .map(|cell| (*cell, figures::of_cell(cell, &results.rounds)))
        .filter(|(_, all)| !all.is_empty())
        .collect();
    let bottom = TOP + ROW * cells.len() as f64;
    let height = bottom + 22.0;
    let (mut body, mut words) = (String::new(), String::new());
    for (place, &peer) in peers.iter().enumerate() {
        let (x, y) = (8.0 + 176.0 * (place % 2) as f64, 12.0 + 16.0 * (place / 2) as f64);
        body += &mark(peer, x, y);
        let _ = writeln!(body, "<text x=\"{}\" y=\"{}\">{}</text>", x + 10.0, y + 4.0, peer.name());
    }
    for tick in TICKS {
        let x = position(tick);
        let strength = if tick == 1.0 { "0.9" } else { "0.25" };
        let _ = writeln!(
            body,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\" stroke=\"currentColor\" \
             stroke-opacity=\"{strength}\"/>\n<text x=\"{x:.1}\" y=\"{}\" \
             text-anchor=\"middle\">{tick}</text>",
            bottom + 14.0
        );
    }
    for (row, (cell, all)) in cells.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        let _ = writeln!(body, "<text x=\"4\" y=\"{}\">{}</text>", y + 4.0, short(cell.name));
        let mut said = Vec::new();
        for figures in all {
            if let Some(ratio) = &figures.ratio {
                body += &mark(figures.peer, position(ratio.value), y);
                said.push(format!("{} {:.2}", figures.peer.name(), ratio.value));
            }
        }
        let _ = write!(words, " {}: {}.", cell.title, said.join(", "));
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"speed-title \
         speed-words\" font-size=\"11\" font-family=\"sans-serif\" fill=\"currentColor\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n\
         <title id=\"speed-title\">How many times the peer's speed is ours?</title>\n\
         <desc id=\"speed-words\">Ratios ours / peer on a logarithmic scale from {LEAST} to \
         {MOST}.{words}</desc>\n{body}</svg>\n"
    )
}

fn position(ratio: f64) -> f64 {
    let share = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    LEFT + (RIGHT - LEFT) * share
}

/// A shape for each, since not everybody sees colours.
fn mark(peer: Peer, x: f64, y: f64) -> String {
    let (colour, line) = ("var(--links, currentColor)", "stroke-width=\"1.5\"");
    match peer {
        Peer::Raw => {
            let path = format!("M{:.1} {:.1}h8M{x:.1} {:.1}v8", x - 4.0, y, y - 4.0);
            format!("<path d=\"{path}\" stroke=\"currentColor\" {line}/>\n")
        }
        Peer::Fastwebsockets => {
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>\n")
        }
        Peer::TokioTungstenite => {
            let (x, y) = (x - 3.5, y - 3.5);
            let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" width=\"7\" height=\"7\"");
            format!("<rect {place} fill=\"none\" stroke=\"{colour}\" {line}/>\n")
        }
        _ => {
            let path = format!("M{x:.1} {:.1}l4.5 8h-9z", y - 4.5);
            format!("<path d=\"{path}\" fill=\"currentColor\"/>\n")
        }
    }
}

/// `32B-1000x16` as people write it.
fn short(name: &str) -> String {
    match name.split_once('-') {
        Some((size, rest)) => format!("{size}, {}", rest.replace('x', " × ")),
        None => name.to_owned(),
    }
}
