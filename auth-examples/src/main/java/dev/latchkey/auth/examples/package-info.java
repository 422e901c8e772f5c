/**
 * Hosts to run and to read: a server that speaks the whole HTTP contract, and the shortest
 * embedding.
 *
 * <p>{@link dev.latchkey.auth.examples.ExampleServer} keeps everything in memory and mails to a
 * mailbox of its own, so that it starts with one command and no configuration. It listens on
 * loopback only. {@link dev.latchkey.auth.examples.QuickStart} is the same without HTTP.
 *
 * <p>Not published: copy from it, do not depend on it.
 */
@NullMarked
package dev.latchkey.auth.examples;

import org.jspecify.annotations.NullMarked;
