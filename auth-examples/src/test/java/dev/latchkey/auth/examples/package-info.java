/** Proves the contract over real HTTP, and that what the documents show is what runs. */
@NullMarked
package dev.latchkey.auth.examples;

import org.jspecify.annotations.NullMarked;
