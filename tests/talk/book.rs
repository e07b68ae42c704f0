//! The sessions in the book are real.
