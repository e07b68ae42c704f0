//! Tests of the book's tools, on a small book of their own.

mod applies;
mod authors;
mod branch_rolls;
mod branches;
mod compares;
mod config;
mod gotos;
mod missing;
mod reading;
mod refusals;
mod replays;
mod rolls;
mod sample;
mod taker;
