/** Tests of the façade, which need the kit's clock and mailbox. */
@NullMarked
package dev.latchkey.auth;

import org.jspecify.annotations.NullMarked;
