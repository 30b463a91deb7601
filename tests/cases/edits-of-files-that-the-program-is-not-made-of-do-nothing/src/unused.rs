// No `mod` names it.
