package dev.latchkey.auth.otp;

/** What a store says to an unlock. */
public enum UnlockAnswer {
  /** The device that came along has a usable lane; nothing was changed. */
  KEPT,
  /** The newcomer now has the lane of the grant, with the count that was there. */
  REPLACED,
  /** The lock is over, or there never was one; nothing was changed. */
  REFUSED
}
