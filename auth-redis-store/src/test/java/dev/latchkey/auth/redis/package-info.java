@NullMarked
package dev.latchkey.auth.redis;

import org.jspecify.annotations.NullMarked;
