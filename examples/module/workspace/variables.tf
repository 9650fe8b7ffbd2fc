variable "name" {
  type        = string
  description = "Name of the workspace."
  default     = "default"
}

variable "owners" {
  type        = list(string)
  description = "Allowed owners of the workspace. Defaults to any owner."
  default     = []
}
