/** All stores over JDBC. */
@NullMarked
package dev.latchkey.auth.jdbc;

import org.jspecify.annotations.NullMarked;
