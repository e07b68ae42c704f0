//! Every rule, limit, attack and mistake has a case.
#[test]
fn nothing() {}
