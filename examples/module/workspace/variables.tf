variable "name" {
  type        = string
  description = "Name of the workspace."
  default     = "default"
}

variable "owners" {
  type        = list(string)
  description = "Who may own the workspace; anyone when it is empty."
  default     = []
}
