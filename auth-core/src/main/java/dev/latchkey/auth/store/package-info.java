/**
 * What every store has in common, whatever it keeps: how it says that it can not be reached. The
 * storage interfaces themselves stand beside the feature that they serve.
 */
@NullMarked
package dev.latchkey.auth.store;

import org.jspecify.annotations.NullMarked;
