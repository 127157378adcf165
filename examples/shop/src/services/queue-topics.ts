/** Where orders tells of each order that is to be billed. */
export const placedTopic = 'orders/placed';
