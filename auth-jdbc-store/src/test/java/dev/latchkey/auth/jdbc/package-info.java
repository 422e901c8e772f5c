@NullMarked
package dev.latchkey.auth.jdbc;

import org.jspecify.annotations.NullMarked;
