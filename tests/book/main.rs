//! Tests of the book's tools, on a small book of their own.

mod authors;
mod config;
mod reading;
mod refusals;
mod replays;
mod rolls;
mod sample;
mod takers;
