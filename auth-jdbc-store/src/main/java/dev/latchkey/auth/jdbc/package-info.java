/**
 * All stores in a relational database: PostgreSQL, MariaDB, MySQL and H2. {@link
 * dev.latchkey.auth.jdbc.JdbcStores} is called by applications; nothing else here is public but
 * what it hands out.
 *
 * <p>One record is a root row and the rows that hang on it. A change locks the root row, reads the
 * rows, runs the pure function of the core and writes the difference: {@code SignInRows}, {@code
 * SessionRows} and their stores. How a transaction begins, ends, is limited and is tried again is
 * in {@code Database}, what becomes of a lent connection in {@code Lease}. What is said to a
 * database is in {@code sql/}, one file a statement, in the folder of its dialect or in {@code
 * common}; the tables are in {@code migration/}.
 *
 * <p>The stored format is the tables. A later release changes them by a migration that an instance
 * of this one lives with; a row that no release writes is left as it is, and said so, as a {@link
 * dev.latchkey.auth.store.StoreUnavailableException} that is not retryable.
 */
@NullMarked
package dev.latchkey.auth.jdbc;

import org.jspecify.annotations.NullMarked;
